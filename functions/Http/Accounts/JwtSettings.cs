using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.Http.Accounts;

/// <summary>The OpenID Connect issuer whose access tokens are taken beside the configured ones.</summary>
/// <param name="Issuer">The <c>iss</c> that a token must carry.</param>
/// <param name="Audience">The <c>aud</c> that it must be for.</param>
/// <param name="JwksUri">Where the issuer publishes its keys.</param>
public sealed record JwtSettings(string Issuer, string Audience, Uri JwksUri)
{
    /// <summary>The claim that says what a caller is: <c>Jwt__RoleClaim</c>, else <c>role</c>.</summary>
    public string RoleClaim { get; init; } = "role";

    /// <summary>
    /// What the issuer's own words allow here: <c>Jwt__ScopeMap__{n}</c>, each such as
    /// <c>Rooms.Edit=live-stream:rooms:read live-stream:rooms:write</c>. A word that is not among them is itself.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ScopeMap { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The scopes that a token's words come to.</summary>
    internal IEnumerable<string> ScopesOf(string word) => ScopeMap.TryGetValue(word, out var ours) ? ours : [word];

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
            address ?? throw SettingsException.Missing("Jwt:JwksUri", "be where the issuer publishes its keys"))
        {
            RoleClaim = section.Text("RoleClaim") ?? "role",
            ScopeMap = section.Texts("ScopeMap").Select(entry => Mapping(section, entry))
                .GroupBy(mapping => mapping.Theirs, mapping => mapping.Ours)
                .ToDictionary(
                    group => group.Key, IReadOnlyList<string> (group) => [.. group.SelectMany(ours => ours)]),
        };
    }

    private static (string Theirs, string[] Ours) Mapping(SettingsSection section, string entry)
    {
        var equals = entry.IndexOf('=', StringComparison.Ordinal);
        var ours = entry[(equals + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return equals > 0 && ours is not []
            ? (entry[..equals].Trim(), ours)
            : throw SettingsException.For(
                section.NameOf("ScopeMap"), entry, "be the issuer's word, = and scopes with spaces between");
    }
}
