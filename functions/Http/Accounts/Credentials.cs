using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sessions.Configuration;

namespace Sessions.Http.Accounts;

/// <summary>
/// Every account and what opens it. Secrets are compared as digests in constant time, and an unknown user costs
/// what a wrong password costs.
/// </summary>
public sealed class Credentials
{
    private readonly Dictionary<string, BasicUser> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TokenEntry> _tokens = new(StringComparer.Ordinal);

    private Credentials(IReadOnlyList<Account> accounts) => Accounts = accounts;

    /// <summary>The accounts, in the order of the configuration.</summary>
    public IReadOnlyList<Account> Accounts { get; }

    /// <summary>What some of them may not do because nothing was said, each in a sentence with what to add.</summary>
    public IReadOnlyList<string> Unsaid { get; private init; } = [];

    /// <summary>Reads and checks all accounts.</summary>
    /// <exception cref="SettingsException">A value is wrong, or two accounts share a name.</exception>
    public static Credentials From(IConfiguration configuration)
    {
        var entries = AccountSettings.Read(new SettingsSection(configuration));
        var credentials = new Credentials([.. entries.Select(entry => entry.Account)])
        {
            Unsaid = [.. entries.SelectMany(entry => entry.Unsaid)],
        };
        foreach (var entry in entries)
        {
            credentials.Add(entry);
        }

        return credentials;
    }

    /// <summary>Who this user is, or null when the user is unknown or the password wrong.</summary>
    public Caller? Basic(string user, string password)
    {
        var known = _users.TryGetValue(user, out var found);
        var digest = SecretDigest.Of(password);
        var matches = false;
        foreach (var secret in known ? found!.Secrets : [SecretDigest.None])
        {
            matches |= secret.Matches(digest);
        }

        return known && matches ? found!.Caller : null;
    }

    /// <summary>Who this token speaks for, or null when it is unknown or has run out.</summary>
    public Caller? Token(string token, DateTimeOffset now)
    {
        var digest = SecretDigest.Of(token);
        var entry = _tokens.GetValueOrDefault(digest.Hex);
        var matches = (entry?.Digest ?? SecretDigest.None).Matches(digest);
        return entry is not null && matches && (entry.ExpiresAt is not { } end || now < end) ? entry.Caller : null;
    }

    private void Add(AccountEntry entry)
    {
        var caller = new Caller(entry.Account) { Scopes = Caller.Everything };
        AddUser(entry.Account.Sid, new(caller, entry.Secrets));
        AddUser(entry.Account.Id, new(caller, entry.Secrets));
        foreach (var key in entry.ApiKeys)
        {
            AddUser(key.Sid, new(caller with { Id = key.Sid, Scopes = key.Scopes }, [key.Secret]));
        }

        foreach (var token in entry.Tokens)
        {
            if (!_tokens.TryAdd(token.Digest.Hex, token))
            {
                throw new SettingsException(
                    $"Accounts: a token of account \"{entry.Account.Id}\" is configured twice. Each needs its own.");
            }
        }
    }

    private void AddUser(string name, BasicUser user)
    {
        if (!_users.TryAdd(name, user))
        {
            throw new SettingsException(
                $"Accounts: the name \"{name}\" is configured twice. Each account and key needs its own.");
        }
    }

    private sealed record BasicUser(Caller Caller, SecretDigest[] Secrets);
}

/// <summary>Reads the <c>Authorization</c> header. What is not well formed counts as absent.</summary>
public static class AuthorizationHeader
{
    private static readonly UTF8Encoding _strictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Basic for a user and a password that are sent.</summary>
    internal static AuthenticationHeaderValue BasicOf(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>The user and password of Basic (RFC 7617), or null.</summary>
    public static (string User, string Password)? Basic(HttpRequest request)
    {
        if (Parameter(request, "Basic") is not { } encoded)
        {
            return null;
        }

        try
        {
            var pair = _strictUtf8.GetString(Convert.FromBase64String(encoded));
            return pair.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon
                ? (pair[..colon], pair[(colon + 1)..])
                : null;
        }
        catch (Exception malformed) when (malformed is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The token of Bearer (RFC 6750), or null.</summary>
    public static string? Bearer(HttpRequest request) => Parameter(request, "Bearer");

    private static string? Parameter(HttpRequest request, string scheme) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
        && string.Equals(header.Scheme, scheme, StringComparison.OrdinalIgnoreCase)
        && !string.IsNullOrEmpty(header.Parameter)
            ? header.Parameter
            : null;
}

/// <summary>A secret as it is kept: its SHA-256. Two are compared in a time that tells nothing.</summary>
public sealed class SecretDigest
{
    private const string Prefix = "sha256:";
    private readonly byte[] _digest;

    private SecretDigest(byte[] digest) => _digest = digest;

    /// <summary>A digest that nothing matches, to spend on an unknown user what a known one costs.</summary>
    public static SecretDigest None { get; } = new(new byte[SHA256.HashSizeInBytes]);

    /// <summary>The digest in hexadecimal.</summary>
    public string Hex => Convert.ToHexString(_digest);

    /// <summary>A configured secret, plain or as <c>sha256:</c> and 64 hexadecimal digits.</summary>
    /// <exception cref="SettingsException">A digest that is not well formed.</exception>
    public static SecretDigest Parse(string configured, string key)
    {
        if (!IsDigest(configured))
        {
            return Of(configured);
        }

        var hex = configured[Prefix.Length..];
        return hex.Length == 2 * SHA256.HashSizeInBytes && hex.All(char.IsAsciiHexDigit)
            ? new(Convert.FromHexString(hex))
            : throw SettingsException.For(key, holds: null, "be plain, or sha256: and 64 hexadecimal digits");
    }

    /// <summary>Whether a configured secret is a digest, which can check but not sign.</summary>
    public static bool IsDigest(string configured) => configured.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The digest of a secret as a caller sent it.</summary>
    public static SecretDigest Of(string secret) => new(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whether both are of the same secret.</summary>
    public bool Matches(SecretDigest other) => CryptographicOperations.FixedTimeEquals(_digest, other._digest);
}

/// <summary>Tells at start which credentials may do nothing because their settings do not say what.</summary>
internal sealed partial class UnsaidRights(Credentials credentials, ILogger<UnsaidRights> log) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var unsaid in credentials.Unsaid)
        {
            LogUnsaid(unsaid);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(31, LogLevel.Warning, "{Unsaid}")]
    private partial void LogUnsaid(string unsaid);
}

/// <summary>Who is calling: an account, and for bearer tokens a person or program in it.</summary>
/// <param name="Account">The tenant.</param>
public sealed record Caller(Account Account)
{
    /// <summary>
    /// What tells this caller from the others of the account: the account's SID, an API key's, or a token's subject.
    /// </summary>
    public string Id { get; init; } = Account.Sid;

    /// <summary>The token's subject; the account's id for Basic credentials.</summary>
    public string Subject { get; init; } = Account.Id;

    /// <summary>The subject's name for people, or null.</summary>
    public string? Name { get; init; }

    /// <summary>The subject's e-mail address, or null.</summary>
    public string? Email { get; init; }

    /// <summary>The subject's role in a surface that has roles, or null.</summary>
    public string? Role { get; init; }

    /// <summary>What the caller may do; <c>*</c> is everything. Nothing, unless something is said.</summary>
    public IReadOnlySet<string> Scopes { get; init; } = Nothing;

    /// <summary>The telephone numbers that the token speaks for, in E.164.</summary>
    public IReadOnlyList<string> PhoneNumbers { get; init; } = [];

    /// <summary>The scopes of whoever may do everything.</summary>
    public static IReadOnlySet<string> Everything { get; } = new HashSet<string> { "*" };

    private static IReadOnlySet<string> Nothing { get; } = new HashSet<string>();

    /// <summary>Whether the caller may do this.</summary>
    public bool May(string scope) => Scopes.Contains(scope) || Scopes.Contains("*");

    /// <summary>Refuses whoever may not do this; null asks for nothing.</summary>
    /// <exception cref="RefusedException">The scope is not among the caller's.</exception>
    public void Require(string? scope)
    {
        if (scope is not null && !May(scope))
        {
            throw RefusedException.For(RefusalKind.Forbidden, $"These credentials lack the scope {scope}.");
        }
    }
}
