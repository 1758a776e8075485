using System.Buffers;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
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
    private const int OnTheStack = 512;
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

    /// <summary>Who calls by Basic; null when nobody does, the user is unknown or the password wrong.</summary>
    internal Caller? Basic(HttpRequest request)
    {
        var encoded = AuthorizationHeader.Basic(request);
        Span<byte> bytes = encoded.Length <= OnTheStack ? stackalloc byte[OnTheStack] : new byte[encoded.Length];
        if (encoded.IsEmpty || !Convert.TryFromBase64Chars(encoded, bytes, out var length)
            || !Utf8.IsValid(bytes[..length]))
        {
            return null;
        }

        Span<char> pair = length <= OnTheStack ? stackalloc char[OnTheStack] : new char[length];
        pair = pair[..Encoding.UTF8.GetChars(bytes[..length], pair)];
        return pair.IndexOf(':') is >= 0 and var colon ? Basic(pair[..colon], pair[(colon + 1)..]) : null;
    }

    /// <summary>Who this user is, or null when the user is unknown or the password wrong.</summary>
    public Caller? Basic(ReadOnlySpan<char> user, ReadOnlySpan<char> password)
    {
        var known = _users.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(user, out var found);
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
        Span<char> hex = stackalloc char[2 * SHA256.HashSizeInBytes];
        digest.WriteHex(hex);
        _tokens.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(hex, out var entry);
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
    private static readonly SearchValues<char> _plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    /// <summary>Basic for a user and a password that are sent.</summary>
    internal static AuthenticationHeaderValue BasicOf(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>What stands for the user and password of Basic (RFC 7617); empty for nothing.</summary>
    internal static ReadOnlySpan<char> Basic(HttpRequest request) => Parameter(request, "Basic");

    /// <summary>The token of Bearer (RFC 6750), or null.</summary>
    public static string? Bearer(HttpRequest request) =>
        Parameter(request, "Bearer") is { IsEmpty: false } token ? token.ToString() : null;

    private static ReadOnlySpan<char> Parameter(HttpRequest request, string scheme)
    {
        // As everybody writes it; whatever else may be well formed, too, is taken apart by the rules.
        var sent = request.Headers.Authorization.ToString();
        if (sent.Length > scheme.Length && sent[scheme.Length] == ' '
            && sent.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && !sent.AsSpan(scheme.Length + 1).ContainsAnyExcept(_plain))
        {
            return sent.AsSpan(scheme.Length + 1);
        }

        return AuthenticationHeaderValue.TryParse(sent, out var header)
            && string.Equals(header.Scheme, scheme, StringComparison.OrdinalIgnoreCase)
                ? header.Parameter
                : default(ReadOnlySpan<char>);
    }
}

/// <summary>A secret as it is kept: its SHA-256. Two are compared in a time that tells nothing.</summary>
public sealed class SecretDigest
{
    private const string Prefix = "sha256:";
    private const int OnTheStack = 512;
    private readonly byte[] _digest;

    private SecretDigest(byte[] digest) => _digest = digest;

    /// <summary>A digest that nothing matches, to spend on an unknown user what a known one costs.</summary>
    public static SecretDigest None { get; } = new(new byte[SHA256.HashSizeInBytes]);

    /// <summary>The digest in hexadecimal.</summary>
    public string Hex => Convert.ToHexString(_digest);

    /// <summary>Writes the same where there is room for 64 characters.</summary>
    internal void WriteHex(Span<char> hex) => Convert.TryToHexString(_digest, hex, out _);

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
    public static SecretDigest Of(ReadOnlySpan<char> secret)
    {
        var room = Encoding.UTF8.GetMaxByteCount(secret.Length);
        Span<byte> bytes = room <= OnTheStack ? stackalloc byte[OnTheStack] : new byte[room];
        return new(SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(secret, bytes)]));
    }

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
