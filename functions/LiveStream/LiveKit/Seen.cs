namespace Sessions.LiveStream;

/// <summary>A room as LiveKit has it.</summary>
/// <param name="Sid">LiveKit's id: another one when a room of this name was made anew.</param>
/// <param name="Name">Its name, a session's id when it is ours.</param>
/// <param name="MadeAt">When it was made, in Unix milliseconds by LiveKit's clock; 0 when it does not say.</param>
public sealed record RoomSeen(string Sid, string Name, long MadeAt)
{
    internal static RoomSeen Read(ProtoMessage room) => new(
        room.Text("sid"),
        room.Text("name"),
        room.Number("creation_time_ms") is > 0 and var exact ? exact : room.Number("creation_time") * 1000);
}

/// <summary>Somebody in a room as LiveKit has them.</summary>
/// <param name="Sid">LiveKit's id of this very connection.</param>
/// <param name="Identity">Who it is.</param>
/// <param name="IsPerson">Whether it is somebody, and not an ingress, a recorder, an agent or the like.</param>
/// <param name="IsIn">Whether media can flow: LiveKit tells that somebody joined only then.</param>
/// <param name="Admission">What they may do, and what the others see of them.</param>
public sealed record ParticipantSeen(string Sid, string Identity, bool IsPerson, bool IsIn, Admission Admission)
{
    private const string Standard = "STANDARD";
    private const string Active = "ACTIVE";

    /// <summary>Whether they count as a viewer.</summary>
    internal bool IsViewer => IsPerson && Sid.Length > 0 && Participants.IsViewer(Identity);

    internal static ParticipantSeen Read(ProtoMessage participant)
    {
        var permission = participant.Message("permission");
        return new(
            participant.Text("sid"),
            participant.Text("identity"),
            participant.Text("kind") is "" or Standard && !permission.Flag("hidden") && !permission.Flag("recorder"),
            participant.Text("state") is Active,
            new(Rights.Read(permission), participant.Text("metadata")));
    }
}

/// <summary>What somebody in a room may do, as LiveKit's ParticipantPermission has it.</summary>
/// <param name="CanSubscribe">Watch and listen.</param>
/// <param name="CanPublish">Be seen or heard.</param>
/// <param name="CanPublishData">Send messages.</param>
/// <param name="CanPublishSources">With what, in LiveKit's words such as CAMERA; none for anything.</param>
/// <param name="Hidden">Whether the others do not see them.</param>
/// <param name="CanUpdateMetadata">Change their own name, metadata and attributes.</param>
public sealed record Rights(
    bool CanSubscribe,
    bool CanPublish,
    bool CanPublishData,
    IReadOnlyList<string> CanPublishSources,
    bool Hidden,
    bool CanUpdateMetadata)
{
    /// <inheritdoc/>
    public bool Equals(Rights? other) =>
        other is not null
        && (CanSubscribe, CanPublish, CanPublishData, Hidden, CanUpdateMetadata)
            == (other.CanSubscribe, other.CanPublish, other.CanPublishData, other.Hidden, other.CanUpdateMetadata)
        && CanPublishSources.ToHashSet().SetEquals(other.CanPublishSources);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(CanSubscribe, CanPublish, CanPublishData, Hidden, CanUpdateMetadata, CanPublishSources.Count);

    internal static Rights Read(ProtoMessage permission) => new(
        permission.Flag("can_subscribe"),
        permission.Flag("can_publish"),
        permission.Flag("can_publish_data"),
        [.. permission.Texts("can_publish_sources")],
        permission.Flag("hidden"),
        permission.Flag("can_update_metadata"));
}

/// <summary>An ingress as LiveKit has it.</summary>
/// <param name="Id">LiveKit's id.</param>
/// <param name="Room">The name of the room that it goes into.</param>
/// <param name="Status">LiveKit's word, such as ENDPOINT_PUBLISHING.</param>
public sealed record IngressSeen(string Id, string Room, string Status)
{
    internal static IngressSeen Read(ProtoMessage ingress) => new(
        ingress.Text("ingress_id"),
        ingress.Text("room_name"),
        ingress.Message("state").Text("status") is { Length: > 0 } status ? status : "ENDPOINT_INACTIVE");
}

/// <summary>An egress as LiveKit has it.</summary>
/// <param name="Id">LiveKit's id.</param>
/// <param name="Room">The name of the room that it is of.</param>
/// <param name="Status">LiveKit's word, such as EGRESS_ACTIVE.</param>
/// <param name="Output">What it makes; null when that cannot be told.</param>
/// <param name="File">The name in the storage; empty when that cannot be told.</param>
public sealed record EgressSeen(string Id, string Room, string Status, EgressOutput? Output, string File)
{
    /// <summary>What went wrong, in LiveKit's words, or null.</summary>
    public string? Error { get; init; }

    /// <summary>How long the recording is, in seconds, once it is there.</summary>
    public long Duration { get; init; }

    /// <summary>How big the recording is, in bytes, once it is there.</summary>
    public long Size { get; init; }

    internal static EgressSeen Read(ProtoMessage info)
    {
        var asked = info.Message("room_composite");
        var (segments, file) = (First(info, "segment_results"), First(info, "file_results"));
        var (askedSegments, askedFile) = (First(asked, "segment_outputs"), First(asked, "file_outputs"));
        var playlist = Either(segments.Text("playlist_name"), askedSegments.Text("playlist_name"));
        var recording = Either(file.Text("filename"), askedFile.Text("filepath"));
        return new(
            info.Text("egress_id"),
            info.Text("room_name"),
            info.Text("status") is { Length: > 0 } status ? status : EgressStatus.Starting,
            playlist.Length > 0 ? EgressOutput.Hls : recording.Length > 0 ? EgressOutput.Recording : null,
            Either(playlist, recording))
        {
            Error = info.Text("error") is { Length: > 0 } error ? error : null,
            Duration = file.Number("duration") / 1_000_000_000,
            Size = file.Number("size"),
        };
    }

    private static ProtoMessage First(ProtoMessage message, string list) => message.Messages(list).FirstOrDefault();

    private static string Either(string first, string second) => first.Length > 0 ? first : second;
}

/// <summary>LiveKit's words for how an egress is doing.</summary>
internal static class EgressStatus
{
    public const string Starting = "EGRESS_STARTING";
    public const string Active = "EGRESS_ACTIVE";
    public const string Ending = "EGRESS_ENDING";
    public const string Complete = "EGRESS_COMPLETE";
    public const string Failed = "EGRESS_FAILED";
    public const string Aborted = "EGRESS_ABORTED";
    public const string LimitReached = "EGRESS_LIMIT_REACHED";

    private static readonly string[] _course = [Starting, Active, Ending];

    /// <summary>How far it is on its course: an egress never goes back.</summary>
    public static int Stage(string status) =>
        Array.IndexOf(_course, status) is >= 0 and var stage ? stage : _course.Length;

    /// <summary>Whether it has come to its end, well or not.</summary>
    public static bool IsOver(string status) => Stage(status) == _course.Length;

    /// <summary>Whether what it made is whole, or as whole as a limit let it be.</summary>
    public static bool IsGood(string status) => status is Complete or LimitReached;
}
