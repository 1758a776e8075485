using Sessions.Configuration;

namespace Sessions.Http.Accounts;

/// <summary>A tenant. Everything that it owns lies in partitions that begin with its <see cref="Id"/>.</summary>
/// <param name="Id">Its name in the store and in Bandwidth's paths: 1 to 64 of <c>[A-Za-z0-9_-]</c>.</param>
/// <param name="Sid">Its Twilio account SID, <c>AC</c> and 32 hexadecimal digits.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="SigningKey">What signs for this account and checks what was signed for it, as vendors have it.</param>
public sealed record Account(string Id, string Sid, string Name, SigningKey SigningKey)
{
    /// <summary>What is configured to sign participants' tokens; null for the key in the store.</summary>
    public SigningKey? ParticipantKey { get; init; }
}

/// <summary>Reads the <c>Accounts</c> section, whose keys local.settings.sample.json explains.</summary>
internal static class AccountSettings
{
    private const int MinKeyLength = 32;

    public static IReadOnlyList<AccountEntry> Read(SettingsSection settings) =>
        [.. settings.Items("Accounts").Select(ReadAccount)];

    private static AccountEntry ReadAccount(SettingsSection section)
    {
        var id = section.Required("Id", "be the account's id");
        if (id.Length > 64 || !id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'))
        {
            throw SettingsException.For(section.NameOf("Id"), id, "be 1 to 64 letters, digits, - and _");
        }

        var sid = section.Required("Sid", "be AC and 32 hexadecimal digits");
        if (sid.Length != 34 || !sid.StartsWith("AC", StringComparison.Ordinal) || !sid[2..].All(char.IsAsciiHexDigit))
        {
            throw SettingsException.For(section.NameOf("Sid"), sid, "be AC and 32 hexadecimal digits");
        }

        var secrets = section.Texts("Secrets");
        var account = new Account(id, sid, section.Text("Name") ?? id, SigningKeyOf(section, secrets))
        {
            ParticipantKey = section.Text("ParticipantKey") is { } key ? new(key) : null,
        };
        var entry = new AccountEntry(
            account,
            [.. secrets.Select(secret => SecretDigest.Parse(secret, section.NameOf("Secrets")))],
            [.. section.Items("ApiKeys").Select(ReadApiKey)],
            [.. section.Items("Tokens").Select(token => ReadToken(account, token))])
        {
            Unsaid = [.. section.Items("ApiKeys").SelectMany(Unsaid), .. section.Items("Tokens").SelectMany(Unsaid)],
        };
        RequireOwn(section, entry);
        return entry;
    }

    // It is told to media servers, so it must open nothing here.
    private static void RequireOwn(SettingsSection section, AccountEntry entry)
    {
        if (section.Text("ParticipantKey") is not { } key)
        {
            return;
        }

        var digest = SecretDigest.Of(key);
        SecretDigest[] opening =
        [
            .. entry.Secrets, .. entry.ApiKeys.Select(one => one.Secret), .. entry.Tokens.Select(one => one.Digest),
        ];
        if (key.Length < MinKeyLength || opening.Any(secret => secret.Matches(digest)))
        {
            throw SettingsException.For(
                section.NameOf("ParticipantKey"),
                holds: null,
                $"be {MinKeyLength} characters or more, and no password and no token of the account");
        }
    }

    private static SigningKey SigningKeyOf(SettingsSection section, IReadOnlyList<string> secrets) =>
        new(section.Text("SigningSecret")
            ?? secrets.FirstOrDefault(secret => !SecretDigest.IsDigest(secret))
            ?? throw SettingsException.Missing(
                section.NameOf("SigningSecret"), "be a secret to sign with, since none of Secrets is plain"));

    private static ApiKeyEntry ReadApiKey(SettingsSection section) => new(
        section.Required("Sid", "be the key's SID or a user name"),
        SecretDigest.Parse(section.Required("Secret", "be the key's secret"), section.NameOf("Secret")),
        ReadScopes(section));

    // Nothing is allowed because nothing was said; whoever wonders why should find it in the log.
    private static IEnumerable<string> Unsaid(SettingsSection section)
    {
        var scopes = ReadScopes(section);
        if (scopes.Count == 0)
        {
            yield return $"{NameOf(section, "Scopes:0")} is not set, so these credentials may do nothing. Add the "
                + "scopes that they need, which docs/ lists, or * for all of them.";
        }
        else if (section.Text("Token") is not null && section.Text("Role") is null && scopes.Any(AsksForRole))
        {
            yield return $"{NameOf(section, "Role")} is not set, so this token's owner is no host of live streams. "
                + "Add host, or viewer for one who only watches.";
        }
    }

    private static bool AsksForRole(string scope) =>
        scope is "*" || scope.StartsWith("live-stream:", StringComparison.Ordinal);

    private static string NameOf(SettingsSection section, string key) =>
        section.NameOf(key).Replace(":", "__", StringComparison.Ordinal);

    private static HashSet<string> ReadScopes(SettingsSection section) =>
        section.Texts("Scopes").ToHashSet(StringComparer.Ordinal);

    private static TokenEntry ReadToken(Account account, SettingsSection section)
    {
        var caller = new Caller(account)
        {
            Id = section.Text("Subject") ?? account.Id,
            Subject = section.Text("Subject") ?? account.Id,
            Name = section.Text("Name"),
            Email = section.Text("Email"),
            Role = section.Text("Role"),
            Scopes = ReadScopes(section),
            PhoneNumbers = section.Texts("PhoneNumbers"),
        };
        var token = section.Required("Token", "be the token, or sha256: and its digest");
        return new(SecretDigest.Parse(token, section.NameOf("Token")), caller, section.Moment("ExpiresAt"));
    }
}

/// <summary>One configured account with all that opens it.</summary>
internal sealed record AccountEntry(
    Account Account, SecretDigest[] Secrets, ApiKeyEntry[] ApiKeys, TokenEntry[] Tokens)
{
    /// <summary>What is not said of them and so not allowed, with what to add.</summary>
    public required IReadOnlyList<string> Unsaid { get; init; }
}

/// <summary>A user name for Basic with its secret.</summary>
internal sealed record ApiKeyEntry(string Sid, SecretDigest Secret, IReadOnlySet<string> Scopes);

/// <summary>A bearer token, by its digest.</summary>
internal sealed record TokenEntry(SecretDigest Digest, Caller Caller, DateTimeOffset? ExpiresAt);

/// <summary>
/// What opens the development account. It is among the services only where there is one: while nobody but this machine
/// can reach the program. Everybody knows these, so pages may offer them.
/// </summary>
/// <param name="Sid">The account SID, which is the user name for Basic.</param>
/// <param name="Secret">The password for Basic.</param>
/// <param name="Token">The bearer token, which may do everything.</param>
public sealed record DevelopmentAccess(string Sid, string Secret, string Token);
