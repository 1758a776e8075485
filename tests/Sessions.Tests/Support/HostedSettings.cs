using Sessions.Hosting;

namespace Sessions.Tests.Support;

/// <summary>What a worker must be told that the program on its own assumes.</summary>
internal static class HostedSettings
{
    private static readonly Dictionary<string, string> _assumed = new()
    {
        ["Accounts__0__Id"] = "dev",
        ["Accounts__0__Sid"] = DevelopmentAccount.Sid,
        ["Accounts__0__Secrets__0"] = DevelopmentAccount.Secret,
        ["Accounts__0__Tokens__0__Token"] = DevelopmentAccount.Token,
        ["Accounts__0__Tokens__0__Subject"] = "dev-user",
        ["Accounts__0__Tokens__0__PhoneNumbers__0"] = "+17085852753",
        ["Accounts__0__Tokens__0__Scopes__0"] = "*",
        ["Accounts__0__Tokens__0__Role"] = "host",
    };

    /// <summary>Settings as environment variables are called.</summary>
    public static Dictionary<string, string> Named(IEnumerable<KeyValuePair<string, string?>> settings) =>
        settings.ToDictionary(
            setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value!);

    /// <summary>These settings, by the names of environment variables, and what they leave open.</summary>
    public static IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> settings)
    {
        var hasAccounts = settings.Keys.Any(key => key.StartsWith("Accounts__", StringComparison.Ordinal));
        var all = new Dictionary<string, string>(hasAccounts ? [] : _assumed)
        {
            // Sinks of tests are on this machine.
            ["Outbox__LocalTargets"] = "true",
            ["LiveKit__Simulated"] = "true",
            ["ExpirySchedule"] = settings.GetValueOrDefault("Expiry__Schedule", "0 * * * * *"),
            ["OutboxSchedule"] = settings.GetValueOrDefault("Outbox__Schedule", "*/10 * * * * *"),
            ["LiveStreamSchedule"] = settings.GetValueOrDefault("LiveStream__Schedule", "0 * * * * *"),
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return all;
    }
}
