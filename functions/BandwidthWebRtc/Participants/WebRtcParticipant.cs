using Sessions.Engine;

namespace Sessions.BandwidthWebRtc;

/// <summary>What is stored of a participant. All but its session stays as it was created.</summary>
public sealed record WebRtcParticipant
{
    /// <summary>The tag as it was given, or null.</summary>
    public string? Tag { get; init; }

    /// <summary>Where its callbacks go, or null.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>What it may publish: AUDIO, VIDEO, both or nothing.</summary>
    public required IReadOnlyList<string> PublishPermissions { get; init; }

    /// <summary>V3 or V2.</summary>
    public required string DeviceApiVersion { get; init; }

    /// <summary>
    /// The session that it was last put in or subscribed to. Whether it is there still, that session knows; a session
    /// that has gone holds nobody.
    /// </summary>
    public SessionLink? Session { get; init; }
}

/// <summary>Points to a session.</summary>
/// <param name="Id">The session's id.</param>
/// <param name="EndsAt">When it ends at the latest.</param>
public sealed record SessionLink(string Id, DateTimeOffset EndsAt);

/// <summary>How participants are stored.</summary>
public sealed class WebRtcParticipantKind() : Kind<WebRtcParticipant>(
    "bandwidth-webrtc/participant", BandwidthStorageJson.Default.WebRtcParticipant);
