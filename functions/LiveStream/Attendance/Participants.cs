using System.Text.Json;
using Sessions.Http.Accounts;

namespace Sessions.LiveStream;

/// <summary>Who enters a session's LiveKit room, under which name, and what each may do there.</summary>
internal static class Participants
{
    private const string HostPrefix = "host_";
    private const string ViewerPrefix = "viewer_";
    private const string MonitorPrefix = "monitor_";
    private const string IngressPrefix = "ingress_";

    /// <summary>The identity under which an ingress brings in what the host sends.</summary>
    public static string IngressIdentity(string room) => IngressPrefix + room;

    /// <summary>A viewer's identity: one a user, so that a second device puts the first one out.</summary>
    public static string ViewerIdentity(Caller caller) => ViewerPrefix + caller.Id().Text();

    /// <summary>Whether a participant whom LiveKit tells of counts as a viewer.</summary>
    public static bool IsViewer(string identity) =>
        !identity.StartsWith(HostPrefix, StringComparison.Ordinal)
        && !identity.StartsWith(MonitorPrefix, StringComparison.Ordinal)
        && !identity.StartsWith(IngressPrefix, StringComparison.Ordinal);

    public static Participant Host(Caller caller) =>
        Of(HostPrefix + caller.Id().Text(), caller, new(People.Host, StageRequests: false));

    public static Participant Viewer(Caller caller, LiveSession session) =>
        Of(ViewerIdentity(caller), caller, new(People.Viewer, MayAskForStage(session)));

    public static Participant Monitor(Caller caller) =>
        Of(MonitorPrefix + caller.Id().Text(), caller, new("monitor", StageRequests: false));

    /// <summary>Hosts do what their preset lets them; the microphone is always theirs.</summary>
    public static VideoGrant HostGrant(string room, LiveSession session) => new()
    {
        Room = room,
        RoomAdmin = true,
        CanPublish = true,
        CanSubscribe = true,
        CanPublishData = true,
        CanUpdateOwnMetadata = true,
        CanPublishSources =
        [
            "microphone",
            .. session.Preset.Preset.Has(PresetFlags.HostCamera) ? ["camera"] : Array.Empty<string>(),
            .. session.Preset.Preset.Has(PresetFlags.HostScreenShare)
                ? ["screen_share", "screen_share_audio"]
                : Array.Empty<string>(),
        ],
    };

    /// <summary>
    /// Viewers watch; they send chat messages if the session has chat, and ask for the stage, by their metadata, if it
    /// has one.
    /// </summary>
    public static VideoGrant ViewerGrant(string room, LiveSession session) => new()
    {
        Room = room,
        CanPublish = false,
        CanSubscribe = true,
        CanPublishData = session.EffectiveChat && session.Preset.Preset.Has(PresetFlags.AudienceChat),
        CanUpdateOwnMetadata = MayAskForStage(session),
    };

    /// <summary>Monitors watch unseen.</summary>
    public static VideoGrant MonitorGrant(string room) => new()
    {
        Room = room,
        CanPublish = false,
        CanSubscribe = true,
        CanPublishData = false,
        Hidden = true,
    };

    private static bool MayAskForStage(LiveSession session) =>
        session.EffectiveStage && session.Preset.Preset.Has(PresetFlags.AudienceStageRequest);

    private static Participant Of(string identity, Caller caller, ParticipantMetadata metadata) => new(
        identity,
        caller.Name ?? caller.Subject,
        JsonSerializer.Serialize(metadata, LiveStreamJson.Wire.ParticipantMetadata));
}

/// <summary>What a participant's LiveKit metadata tells the others.</summary>
/// <param name="Role">host, viewer or monitor.</param>
/// <param name="StageRequests">Whether they may ask for the stage.</param>
internal sealed record ParticipantMetadata(string Role, bool StageRequests);
