using System.Text;

namespace Sessions.Simulation;

/// <summary>The settings of the one account that there is, whose secrets may be rotated.</summary>
internal static class AccountSettings
{
    /// <summary>Its account SID.</summary>
    public const string Sid = "AC11111111111111111111111111111111";

    /// <summary>An account that signs in by passwords.</summary>
    public static Dictionary<string, string?> WithSecrets(IReadOnlyList<string> secrets)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Accounts:0:Id"] = "acme",
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
        foreach (var (place, token) in tokens.Index())
        {
            var key = $"Accounts:0:Tokens:{place}:";
            settings[key + "Token"] = token.Token;
            settings[key + "Subject"] = token.Subject;
            settings[key + "Role"] = token.Role;
            settings[key + "PhoneNumbers:0"] = token.PhoneNumber;
            settings[key + "Scopes:0"] = "*";
        }

        return settings;
    }
}

/// <summary>What a user signs in with.</summary>
/// <param name="Token">The token.</param>
/// <param name="Subject">Whose it is.</param>
/// <param name="Role">What he is; null for nothing in particular.</param>
/// <param name="PhoneNumber">The number that he speaks for, or null.</param>
internal sealed record AccountToken(string Token, string Subject, string? Role = null, string? PhoneNumber = null);
