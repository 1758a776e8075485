using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sessions.Http.Accounts;

/// <summary>
/// Access tokens of the configured issuer: signed by one of its keys with an asymmetric algorithm, for our audience,
/// and not run out. RFC 9068 asks for the type <c>at+jwt</c>; since many issuers write <c>JWT</c> or none, those are
/// taken, too, and only tokens that are said to be something else are not. Their claims <c>sub</c>, <c>scope</c>,
/// <c>phone_number</c>, <c>name</c>, <c>email</c>, <c>account</c> and the role's make the caller; without
/// <c>account</c> it is the only one, when there is one.
/// </summary>
internal sealed class JwtTokens(JwtSettings settings, JwtKeys keys, Credentials credentials)
{
    private const int MaxLength = 16 * 1024;
    private static readonly TimeSpan _earliness = TimeSpan.FromMinutes(1);

    private static readonly string[] _algorithms =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private static readonly string[] _types = ["at+jwt", "application/at+jwt", "JWT"];

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaxLength };

    /// <summary>Who the token speaks for, or null when it is none that counts.</summary>
    public async ValueTask<Caller?> Caller(string token, DateTimeOffset now, CancellationToken cancellation)
    {
        // What can be seen without a key is seen first, so that no stray token makes us ask for keys.
        if (Read(token) is not { } read || read.Issuer != settings.Issuer || !_algorithms.Contains(read.Alg)
            || !IsUnderstood(read))
        {
            return null;
        }

        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = settings.Issuer,
            ValidAudience = settings.Audience,
            ValidAlgorithms = _algorithms,
            IssuerSigningKeys = await keys.Find(read.Kid, cancellation),
            LifetimeValidator = (from, to, _, _) =>
                !(from > (now + _earliness).UtcDateTime) && to > now.UtcDateTime,
        });
        return result.IsValid ? CallerOf((JsonWebToken)result.SecurityToken) : null;
    }

    // RFC 7515, section 4.1.11: whoever does not understand what a token calls critical must refuse it.
    private static bool IsUnderstood(JsonWebToken token) =>
        !token.TryGetHeaderValue<object>("crit", out _)
        && (string.IsNullOrEmpty(token.Typ) || _types.Contains(token.Typ, StringComparer.OrdinalIgnoreCase));

    private JsonWebToken? Read(string token)
    {
        try
        {
            return token.Length <= MaxLength && token.Count(letter => letter == '.') == 2
                ? _handler.ReadJsonWebToken(token)
                : null;
        }
        catch (Exception malformed) when (malformed is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private Caller? CallerOf(JsonWebToken token)
    {
        var id = One(token, "account");
        var account = id is null && credentials.Accounts is [var only]
            ? only
            : credentials.Accounts.FirstOrDefault(account => account.Id == id);
        return account is null || One(token, "sub") is not { Length: > 0 } subject ? null : new(account)
        {
            Id = subject,
            Subject = subject,
            Name = One(token, "name"),
            Email = One(token, "email"),
            Role = One(token, settings.RoleClaim),
            Scopes = All(token, "scope")
                .SelectMany(scope => scope.Split(' '))
                .SelectMany(settings.ScopesOf)
                .ToHashSet(StringComparer.Ordinal),
            PhoneNumbers = [.. All(token, "phone_number")],
        };
    }

    private static string? One(JsonWebToken token, string claim) => All(token, claim).FirstOrDefault();

    private static IEnumerable<string> All(JsonWebToken token, string claim) =>
        token.Claims.Where(found => found.Type == claim).Select(found => found.Value);
}
