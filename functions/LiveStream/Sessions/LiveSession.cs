using System.Text.Json.Serialization;

namespace Sessions.LiveStream;

/// <summary>What is stored of a session beside its lifetime.</summary>
public sealed record LiveSession
{
    /// <summary>The room that it is in.</summary>
    public required Guid RoomId { get; init; }

    /// <summary>The host of that room.</summary>
    public required Guid HostId { get; init; }

    /// <summary>The preset that it was made with, as it was then.</summary>
    public required PresetCopy Preset { get; init; }

    /// <summary>3 to 255 characters.</summary>
    public required string Title { get; init; }

    /// <summary>More words, or null.</summary>
    public string? Description { get; init; }

    /// <summary>webcam or rtmp.</summary>
    public required string Mode { get; init; }

    /// <summary>When it is to begin, or null when that was not said.</summary>
    public DateTimeOffset? ScheduledStartTime { get; init; }

    /// <summary>What this session has instead of the preset's chat_enabled, or null.</summary>
    public bool? ChatEnabled { get; init; }

    /// <summary>What it has instead of stage_enabled, or null.</summary>
    public bool? StageEnabled { get; init; }

    /// <summary>What it has instead of max_join_limit, or null.</summary>
    public int? MaxJoinLimit { get; init; }

    /// <summary>The start that is under way, or was when its process died.</summary>
    public Lease? Starting { get; init; }

    /// <summary>What LiveKit may still hold that it should not, or null.</summary>
    public Leftovers? Leftovers { get; init; }

    /// <summary>LiveKit's id of the room, once live.</summary>
    public string? LiveKitRoom { get; init; }

    /// <summary>When LiveKit made that room, in Unix milliseconds by its clock; null when it did not say.</summary>
    public long? LiveKitRoomMadeAt { get; init; }

    /// <summary>Since when LiveKit has no such room, or null.</summary>
    public DateTimeOffset? RoomGoneSince { get; init; }

    /// <summary>Whoever puts right at LiveKit what was found missing there.</summary>
    public Lease? Mending { get; init; }

    /// <summary>Where the host sends the stream, once live; with mode rtmp mostly from the create on.</summary>
    public Ingress? Ingress { get; init; }

    /// <summary>What LiveKit said last of the ingress, or null.</summary>
    public IngressNews? IngressNews { get; init; }

    /// <summary>Whoever is asking LiveKit for HLS.</summary>
    public Lease? StartingHls { get; init; }

    /// <summary>What makes HLS of it, or null.</summary>
    public Egress? Egress { get; init; }

    /// <summary>Whoever is asking LiveKit for a recording.</summary>
    public Lease? StartingRecording { get; init; }

    /// <summary>What records it now, or did last; null for none.</summary>
    public Egress? Recording { get; init; }

    /// <summary>What recorded it before that; null for nothing.</summary>
    public IReadOnlyList<Egress>? Recorded { get; init; }

    /// <summary>When settings changed that those in the room do not know yet; null when they do.</summary>
    public DateTimeOffset? Untold { get; init; }

    /// <summary>Who is in, and who may come in.</summary>
    public Attendance Attendance { get; init; } = new();

    /// <summary>Whether chat is on.</summary>
    internal bool EffectiveChat => ChatEnabled ?? Preset.Preset.Has(Switches.ChatEnabled);

    /// <summary>Whether there is a stage.</summary>
    internal bool EffectiveStage => StageEnabled ?? Preset.Preset.Has(Switches.StageEnabled);

    /// <summary>How many viewers may be in at once.</summary>
    internal int EffectiveLimit => MaxJoinLimit ?? Preset.Preset.MaxJoinLimit;

    internal bool IsRtmp => Mode == SessionMode.Rtmp;
}

/// <summary>The right of one request to talk to LiveKit about a session.</summary>
/// <param name="Id">Who has it.</param>
/// <param name="Until">When it ends by itself.</param>
public sealed record Lease(Guid Id, DateTimeOffset Until)
{
    /// <summary>Whether it is to take back what LiveKit should not hold, so that whoever would start waits.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsToTidy { get; init; }
}

/// <summary>A promise to look after what LiveKit may still hold.</summary>
/// <param name="At">When to try next.</param>
/// <param name="Since">Since when it is tried; after a day it is given up.</param>
public sealed record Leftovers(DateTimeOffset At, DateTimeOffset Since);

/// <summary>What LiveKit said of an ingress.</summary>
/// <param name="Status">LiveKit's word, such as ENDPOINT_PUBLISHING.</param>
/// <param name="At">When LiveKit said it, in Unix seconds.</param>
public sealed record IngressNews(string Status, long At)
{
    /// <summary>Our word for an ingress that LiveKit does not have.</summary>
    internal const string Gone = "gone";
}

/// <summary>The words for how the host sends.</summary>
internal static class SessionMode
{
    public const string Webcam = "webcam";
    public const string Rtmp = "rtmp";
}

/// <summary>The words for the state of a session.</summary>
internal static class SessionStatus
{
    public const string Scheduled = "scheduled";
    public const string Live = "live";
    public const string Ended = "ended";
    public const string Expired = "expired";
}
