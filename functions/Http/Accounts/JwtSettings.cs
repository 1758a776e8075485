using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.Http.Accounts;

/// <summary>The OpenID Connect issuer whose access tokens are taken beside the configured ones.</summary>
/// <param name="Issuer">The <c>iss</c> that a token must carry.</param>
/// <param name="Audience">The <c>aud</c> that it must be for.</param>
/// <param name="JwksUri">Where the issuer publishes its keys.</param>
public sealed record JwtSettings(string Issuer, string Audience, Uri JwksUri)
{
    /// <summary>Reads the <c>Jwt</c> section; null when it is empty.</summary>
    /// <exception cref="SettingsException">Only a part of it is there.</exception>
    public static JwtSettings? From(IConfiguration configuration)
    {
        var section = new SettingsSection(configuration.GetSection("Jwt"));
        var address = section.Address("JwksUri");
        if (address is null && section.Text("Issuer") is null && section.Text("Audience") is null)
        {
            return null;
        }

        return new(
            section.Required("Issuer", "be the iss of the tokens to take"),
            section.Required("Audience", "be the aud of the tokens to take"),
            address ?? throw SettingsException.Missing("Jwt:JwksUri", "be where the issuer publishes its keys"));
    }
}
