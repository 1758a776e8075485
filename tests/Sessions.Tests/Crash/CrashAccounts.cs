using System.Globalization;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Support;

namespace Sessions.Tests.Crash;

/// <summary>The settings of a process that is going to be killed: the tests' accounts, callers, and viewers.</summary>
internal static class CrashAccounts
{
    public static (string Key, string Value)[] Settings { get; } =
    [
        .. TestAccounts.Settings.Select(setting => (Environmental(setting.Key), setting.Value!)),
        .. CamaraUsers.Settings.Where(setting => setting.Value is not null)
            .Select(setting => (Environmental(setting.Key), setting.Value!)),
        .. Enumerable.Range(0, LiveStreamTraffic.Viewers).SelectMany(Viewer),
        ("Outbox__Schedule", "* * * * * *"),
        ("Outbox__Patience", "00:00:01"),
    ];

    private static IEnumerable<(string, string)> Viewer(int viewer)
    {
        var token = string.Create(CultureInfo.InvariantCulture, $"Accounts__0__Tokens__{viewer + 1}__");
        return
        [
            ($"{token}Token", LiveStreamTraffic.TokenOf(viewer)),
            ($"{token}Subject", $"viewer{viewer}"),
            ($"{token}Role", "viewer"),
            ($"{token}Scopes__0", "live-stream:sessions:join"),
        ];
    }

    private static string Environmental(string key) => key.Replace(":", "__", StringComparison.Ordinal);
}
