using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sessions.Configuration;

namespace Sessions.Http.Accounts;

/// <summary>Finds who a bearer token speaks for, for every surface that takes one.</summary>
public sealed class BearerTokens
{
    private readonly Credentials _credentials;
    private readonly JwtTokens? _jwts;

    internal BearerTokens(Credentials credentials, JwtTokens? jwts) => (_credentials, _jwts) = (credentials, jwts);

    /// <summary>The caller of the <c>Authorization: Bearer</c> header, or null.</summary>
    public ValueTask<Caller?> Caller(HttpRequest request, DateTimeOffset now) =>
        Caller(AuthorizationHeader.Bearer(request), now, request.HttpContext.RequestAborted);

    /// <summary>The caller of a token, or null when it is absent, unknown or has run out.</summary>
    /// <exception cref="RefusedException">The keys to check it with cannot be had.</exception>
    public async ValueTask<Caller?> Caller(string? token, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var known = token is null ? null : _credentials.Token(token, now);
        return known is null && token is not null && _jwts is not null
            ? await _jwts.Caller(token, now, cancellation)
            : known;
    }
}

/// <summary>What checking bearer tokens is made of.</summary>
public static class BearerServices
{
    /// <summary>Adds <see cref="BearerTokens"/>, with the issuer of the <c>Jwt</c> section when there is one.</summary>
    /// <exception cref="SettingsException">Only a part of the section is there.</exception>
    public static IServiceCollection AddBearerTokens(this IServiceCollection services, IConfiguration configuration)
    {
        if (JwtSettings.From(configuration) is { } settings)
        {
            services.AddSingleton(settings).AddSingleton<JwtKeys>().AddSingleton<JwtTokens>();
        }

        return services.AddSingleton(provider => new BearerTokens(
            provider.GetRequiredService<Credentials>(), provider.GetService<JwtTokens>()));
    }
}

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
