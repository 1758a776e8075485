using System.Text.Json.Serialization;

namespace Sessions.LiveStream;

/// <summary>An egress of a session: what makes HLS of it, or records it.</summary>
/// <param name="Id">LiveKit's id; empty when LiveKit would not start it.</param>
/// <param name="Status">LiveKit's word, such as EGRESS_ACTIVE.</param>
/// <param name="Url">Where what it makes is found, as long as there is something to find; else null.</param>
public sealed record Egress(string Id, string Status, [property: JsonPropertyName("hlsUrl")] string? Url)
{
    /// <summary>The name in the storage that we gave it, or null.</summary>
    public string? File { get; init; }

    /// <summary>What went wrong, in LiveKit's words, or null.</summary>
    public string? Error { get; init; }

    /// <summary>When we learned that it is active, or null.</summary>
    public DateTimeOffset? ActiveAt { get; init; }

    /// <summary>How many in a row have come to a bad end, this one among them.</summary>
    public int Failures { get; init; }

    /// <summary>When to start another one in its place, or null.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>How long the recording is, in seconds.</summary>
    public long Duration { get; init; }

    /// <summary>How big the recording is, in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Whether it has come to its end, well or not.</summary>
    internal bool IsOver => EgressStatus.IsOver(Status);
}
