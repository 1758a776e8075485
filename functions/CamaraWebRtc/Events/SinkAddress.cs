using System.Text.RegularExpressions;
using Sessions.Outbox;

namespace Sessions.CamaraWebRtc;

/// <summary>Where events go: an absolute URI as RFC 3986 writes one, and no more than it writes.</summary>
/// <param name="Text">The address, as sent.</param>
internal sealed partial record SinkAddress(string Text)
{
    private const string Escaped = "%[0-9A-Fa-f]{2}";
    private const string Plain = @"A-Za-z0-9._~!$&'()*+,;=\-";
    private const string Segments = $"(?:[{Plain}:@/]|{Escaped})*";

    /// <summary>Reads one; null when none was sent.</summary>
    /// <exception cref="Http.RefusedException">INVALID_SINK.</exception>
    public static SinkAddress? Read(string? sent, int longest, TargetPolicy targets) =>
        sent is null ? null
        : sent.Length <= longest && Form().IsMatch(sent)
        && Uri.TryCreate(sent, UriKind.Absolute, out var uri) && targets.Allows(uri)
            ? new(sent)
        : throw CamaraErrors.Error(
            400, "INVALID_SINK", $"sink is no address to send to. It must be {targets.Expected}, and public.");

    // RFC 3986, appendix A, for http and https: authority, path-abempty, query and fragment.
    [GeneratedRegex(
        $@"^https?://(?:(?:[{Plain}:]|{Escaped})*@)?(?:\[[0-9A-Fa-f:.]+\]|(?:[{Plain}]|{Escaped})+)(?::[0-9]*)?"
        + $@"(?:/{Segments})?(?:\?(?:[{Plain}:@/?]|{Escaped})*)?(?:#(?:[{Plain}:@/?]|{Escaped})*)?\z",
        RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
