namespace Sessions.Simulation;

/// <summary>An account of one user, whose tokens are secrets that may be rotated.</summary>
internal static class TokenSettings
{
    /// <summary>The settings.</summary>
    /// <param name="tokens">The tokens that are accepted.</param>
    /// <param name="subject">Whose they are.</param>
    /// <param name="role">What he is; null for nothing in particular.</param>
    public static IReadOnlyDictionary<string, string?> Of(IReadOnlyList<string> tokens, string subject, string? role)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Accounts:0:Id"] = "acme",
            ["Accounts:0:Sid"] = "AC11111111111111111111111111111111",
            ["Accounts:0:ParticipantKey"] = "acme-participant-key-of-32-letters",
            ["Accounts:0:Secrets:0"] = "acme-secret",
        };
        foreach (var (place, token) in tokens.Index())
        {
            var key = $"Accounts:0:Tokens:{place}:";
            settings[key + "Token"] = token;
            settings[key + "Subject"] = subject;
            settings[key + "Role"] = role;
            settings[key + "Scopes:0"] = "*";
        }

        return settings;
    }
}
