using System.Text.RegularExpressions;

namespace Sessions.CamaraWebRtc.Simulator;

/// <summary>
/// Session descriptions of a device that has no media. A browser takes one for an answer to its offer (RFC 8829, 5.3);
/// what it sends then goes nowhere.
/// </summary>
internal static partial class SimulatedMedia
{
    // Of no certificate: a connection that somebody should try to make fails.
    private const string Fingerprint =
        "sha-256 00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00";

    private static readonly string[] _kept = ["a=mid:", "a=rtcp-mux", "a=sctp-port:", "a=group:BUNDLE"];

    /// <summary>The answer to an offer: each medium of it, in the first of its formats.</summary>
    public static string AnswerTo(string offer)
    {
        var lines = offer.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var answer = new List<string> { "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0" };
        var format = "";
        foreach (var line in lines)
        {
            if (Medium().Match(line) is { Success: true } medium)
            {
                format = medium.Groups["format"].Value;
                answer.AddRange(
                [
                    $"m={medium.Groups["kind"].Value} 9 {medium.Groups["protocol"].Value} {format}",
                    "c=IN IP4 0.0.0.0",
                    "a=ice-ufrag:simulated",
                    "a=ice-pwd:simulatedsimulatedsimulated",
                    $"a=fingerprint:{Fingerprint}",
                    "a=setup:active",
                    "a=inactive",
                ]);
            }
            else if (IsKept(line, format))
            {
                answer.Add(line);
            }
        }

        return string.Join("\r\n", answer) + "\r\n";
    }

    private static bool IsKept(string line, string format) =>
        Array.Exists(_kept, start => line.StartsWith(start, StringComparison.Ordinal))
        || (format.Length > 0 && (line.StartsWith($"a=rtpmap:{format} ", StringComparison.Ordinal)
            || line.StartsWith($"a=fmtp:{format} ", StringComparison.Ordinal)));

    [GeneratedRegex(@"^m=(?<kind>\S+) \d+ (?<protocol>\S+) (?<format>\S+)", RegexOptions.NonBacktracking)]
    private static partial Regex Medium();
}
