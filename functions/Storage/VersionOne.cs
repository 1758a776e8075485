namespace Sessions.Storage;

/// <summary>
/// What documents of the first shape mean in this one. There everything had a lifetime, with what lists were narrowed
/// down by for its status, and the account was only in the partition's name.
/// </summary>
internal static class VersionOne
{
    /// <summary>The kinds that had a life of their own.</summary>
    public static IReadOnlyList<string> Living { get; } =
    [
        "twilio-proxy/session",
        "bandwidth-webrtc/session",
        "camara-webrtc/call",
        "camara-webrtc/registration",
        "camara-webrtc/subscription",
        "conversation/session",
        "conversation/log",
        "live-stream/session",
    ];

    /// <summary>Those of them that were listed by their status.</summary>
    public static IReadOnlyList<string> ListedByStatus { get; } =
        ["camara-webrtc/subscription", "live-stream/session"];

    /// <summary>What lists of the document's kind were narrowed down by, or null.</summary>
    public static string? IndexOf(string kind, string status) =>
        status.Length == 0 || (Living.Contains(kind) && !ListedByStatus.Contains(kind)) ? null : status;

    /// <summary>The account that a partition is of; empty for what is of none.</summary>
    public static string AccountOf(string partition) =>
        partition.IndexOf(':', StringComparison.Ordinal) is >= 0 and var end ? partition[..end] : "";
}
