using System.Text;

namespace Sessions.Simulation;

/// <summary>The settings of the account, whose secrets may be rotated, and of another beside it.</summary>
internal static class AccountSettings
{
    /// <summary>Its id.</summary>
    public const string Id = "acme";

    /// <summary>The id of another account, where there is one.</summary>
    public const string Other = "other";

    /// <summary>Its account SID.</summary>
    public const string Sid = "AC11111111111111111111111111111111";

    /// <summary>An account that signs in by passwords.</summary>
    public static Dictionary<string, string?> WithSecrets(IReadOnlyList<string> secrets)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Accounts:0:Id"] = Id,
            ["Accounts:0:Sid"] = Sid,
            ["Accounts:0:ParticipantKey"] = "acme-participant-key-of-32-letters",
        };
        foreach (var (place, secret) in secrets.Index())
        {
            settings[$"Accounts:0:Secrets:{place}"] = secret;
        }

        return settings;
    }

    /// <summary>What such a password is sent as.</summary>
    public static string Basic(string user, string secret) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}"));

    /// <summary>An account whose users sign in by tokens.</summary>
    public static Dictionary<string, string?> WithTokens(IEnumerable<AccountToken> tokens)
    {
        var settings = WithSecrets(["acme-secret"]);
        Add(settings, "Accounts:0:", tokens);
        return settings;
    }

    /// <summary>The same beside another account, of another tenant.</summary>
    public static Dictionary<string, string?> WithTokens(
        IEnumerable<AccountToken> tokens, IEnumerable<AccountToken> others)
    {
        var settings = WithTokens(tokens);
        settings["Accounts:1:Id"] = Other;
        settings["Accounts:1:Sid"] = "AC22222222222222222222222222222222";
        settings["Accounts:1:ParticipantKey"] = "other-participant-key-of-32-letters";
        settings["Accounts:1:Secrets:0"] = "other-secret";
        Add(settings, "Accounts:1:", others);
        return settings;
    }

    private static void Add(Dictionary<string, string?> settings, string account, IEnumerable<AccountToken> tokens)
    {
        foreach (var (place, token) in tokens.Index())
        {
            var key = $"{account}Tokens:{place}:";
            settings[key + "Token"] = token.Token;
            settings[key + "Subject"] = token.Subject;
            settings[key + "Role"] = token.Role;
            settings[key + "PhoneNumbers:0"] = token.PhoneNumber;
            settings[key + "Scopes:0"] = "*";
        }
    }
}

/// <summary>What a user signs in with.</summary>
/// <param name="Token">The token.</param>
/// <param name="Subject">Whose it is.</param>
/// <param name="Role">What he is; null for nothing in particular.</param>
/// <param name="PhoneNumber">The number that he speaks for, or null.</param>
internal sealed record AccountToken(string Token, string Subject, string? Role = null, string? PhoneNumber = null);
