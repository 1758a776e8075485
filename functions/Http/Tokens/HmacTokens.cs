using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sessions.Http.Tokens;

/// <summary>Signs and checks JSON Web Tokens with a shared secret (RFC 7515, HS256).</summary>
public static class HmacTokens
{
    // The library takes no shorter keys. HMAC itself fills a key up with zeros, so they change no signature.
    private const int MinKeyBytes = 32;

    private static readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>A token with exactly these claims; none are added.</summary>
    /// <param name="claims">The payload.</param>
    /// <param name="json">How the payload is written.</param>
    /// <param name="secret">The secret's bytes, of any length.</param>
    public static string Sign<T>(T claims, JsonTypeInfo<T> json, ReadOnlySpan<byte> secret) =>
        _handler.CreateToken(
            JsonSerializer.Serialize(claims, json), new SigningCredentials(Key(secret), SecurityAlgorithms.HmacSha256));

    /// <summary>
    /// The token, or null when it is not one, was not signed with this secret by HS256, is not valid yet, or has run
    /// out. A token without <c>exp</c> is none.
    /// </summary>
    /// <param name="token">The token in its compact form.</param>
    /// <param name="secret">The secret's bytes.</param>
    /// <param name="now">The current moment, UTC.</param>
    [SuppressMessage("Security", "CA5404", Justification = "Issuer and audience are claims for those who ask.")]
    public static async ValueTask<JsonWebToken?> Check(string token, ReadOnlyMemory<byte> secret, DateTimeOffset now)
    {
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKey = Key(secret.Span),
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidateIssuer = false,
            ValidateAudience = false,
            LifetimeValidator = (from, to, _, _) => !(from > now.UtcDateTime) && to > now.UtcDateTime,
        });
        return result.IsValid ? (JsonWebToken)result.SecurityToken : null;
    }

    private static SymmetricSecurityKey Key(ReadOnlySpan<byte> secret)
    {
        var key = new byte[Math.Max(secret.Length, MinKeyBytes)];
        secret.CopyTo(key);
        return new(key);
    }
}
