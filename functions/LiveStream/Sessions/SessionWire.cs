using Microsoft.AspNetCore.Http;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;

namespace Sessions.LiveStream;

/// <summary>The fields of a session's create.</summary>
internal sealed record NewSession(
    string Title, string? Description, string? Mode, DateTimeOffset? ScheduledStartTime, Guid PresetId)
{
    private const int MaxDescription = 5000;

    public static NewSession Read(Fields given)
    {
        var session = new NewSession(
            given.RequiredText("title", 3, 255),
            given.Text("description", 0, MaxDescription),
            given.Word("mode", SessionMode.Webcam, SessionMode.Rtmp),
            given.Moment("scheduled_start_time"),
            given.Required("preset_id", given.Id("preset_id")) ?? Guid.Empty);
        given.Check();
        return session;
    }
}

/// <summary>The fields of a reschedule.</summary>
internal static class RescheduleFields
{
    public static DateTimeOffset Read(Fields given)
    {
        var start = given.Required("scheduled_start_time", given.Moment("scheduled_start_time"));
        given.Check();
        return start!.Value;
    }
}

/// <summary>
/// The fields of a settings update: what this session has instead of its preset. null gives the preset's value back.
/// </summary>
internal static class SettingsFields
{
    private const int MaxJoinLimit = 100;

    public static LiveSession Apply(LiveSession session, Fields given)
    {
        var changed = session with
        {
            ChatEnabled = given.Has("chat_enabled") ? given.Flag("chat_enabled") : session.ChatEnabled,
            StageEnabled = given.Has("stage_enabled") ? given.Flag("stage_enabled") : session.StageEnabled,
            MaxJoinLimit = given.Has("max_join_limit")
                ? given.Whole("max_join_limit", 1, MaxJoinLimit)
                : session.MaxJoinLimit,
        };
        given.Check();
        return changed;
    }
}

/// <summary>A session on the wire. Source: https://docs.tenbyte.io/api-reference/sessions</summary>
public sealed record SessionResource(
    Guid Id,
    Guid RoomId,
    RoomResource? Room,
    PresetResource Preset,
    string Title,
    string? Description,
    string Status,
    string Mode,
    WireMoment? StartedAt,
    WireMoment? EndedAt,
    long Duration,
    WireMoment? ScheduledStartTime,
    int ViewerCount,
    int MaxViewers,
    bool RecordingEnabled,
    string? HlsUrl,
    IReadOnlyList<RecordingResource>? Recordings,
    bool? ChatEnabledOverride,
    bool? StageEnabledOverride,
    int? MaxJoinLimitOverride,
    bool EffectiveChatEnabled,
    bool EffectiveStageEnabled,
    int EffectiveMaxJoinLimit,
    WireMoment CreatedAt,
    WireMoment UpdatedAt)
{
    internal static SessionResource Of(
        State<LiveSession> session, RoomResource? room, Exchange exchange, OwnIds own)
    {
        var (lifetime, body) = (session.Lifetime, session.Body);
        return new(
            Id: Guid.ParseExact(session.Id, "D"),
            RoomId: body.RoomId,
            Room: RoomOf(session, room),
            Preset: PresetResource.Of(body.Preset, own),
            Title: body.Title,
            Description: body.Description,
            Status: lifetime.Status,
            Mode: body.Mode,
            StartedAt: lifetime.StartedAt,
            EndedAt: lifetime.EndedAt,
            Duration: lifetime.StartedAt is { } start
                ? (long)((lifetime.EndedAt ?? exchange.Now) - start).TotalSeconds
                : 0,
            ScheduledStartTime: body.ScheduledStartTime,
            ViewerCount: body.Attendance.Present.Count,
            MaxViewers: body.Attendance.MaxViewers,
            RecordingEnabled: body.Preset.Preset.Has(Switches.RecordingEnabled),
            HlsUrl: body.Egress?.Url,
            Recordings: RecordingResource.Of(body, exchange.Caller),
            ChatEnabledOverride: body.ChatEnabled,
            StageEnabledOverride: body.StageEnabled,
            MaxJoinLimitOverride: body.MaxJoinLimit,
            EffectiveChatEnabled: body.EffectiveChat,
            EffectiveStageEnabled: body.EffectiveStage,
            EffectiveMaxJoinLimit: body.EffectiveLimit,
            CreatedAt: lifetime.CreatedAt,
            UpdatedAt: lifetime.UpdatedAt);
    }

    internal SessionResource To(Caller caller, AccountTags tags) => !caller.IsNobody() ? this : this with
    {
        Preset = Preset with
        {
            UserId = tags.Hidden(Preset.UserId), LibraryId = tags.Hidden(Preset.LibraryId),
        },
    };

    // The room may be some seconds old; whether it is live with this session, the session itself knows.
    private static RoomResource? RoomOf(State<LiveSession> session, RoomResource? room)
    {
        if (room is null)
        {
            return null;
        }

        var id = Guid.ParseExact(session.Id, "D");
        var active = session.IsLive() ? id : room.ActiveSessionId == id ? null : room.ActiveSessionId;
        return active == room.ActiveSessionId ? room : room with { ActiveSessionId = active };
    }
}

/// <summary>A recording of a session, which those of its account see.</summary>
/// <param name="EgressId">LiveKit's id of what makes it.</param>
/// <param name="FilePath">Its name in the storage.</param>
/// <param name="FileUrl">Where it is found once it is whole, if that is known.</param>
/// <param name="Status">recording, completed or failed.</param>
/// <param name="Duration">How long it is, in seconds.</param>
/// <param name="FileSize">How big it is, in bytes.</param>
/// <param name="ErrorMessage">What went wrong, in LiveKit's words, or null.</param>
public sealed record RecordingResource(
    string EgressId, string? FilePath, string? FileUrl, string Status, long Duration, long FileSize,
    string? ErrorMessage)
{
    /// <summary>Words for how a recording is doing.</summary>
    internal const string Recording = "recording";

    internal const string Completed = "completed";

    internal const string Failed = "failed";

    internal static IReadOnlyList<RecordingResource>? Of(LiveSession session, Caller caller) =>
        session.Recording is null || caller.IsNobody()
            ? null
            : [.. (session.Recorded ?? []).Append(session.Recording).Select(Of)];

    private static RecordingResource Of(Egress egress) => new(
        egress.Id,
        egress.File,
        egress.Url,
        !egress.IsOver ? Recording : EgressStatus.IsGood(egress.Status) ? Completed : Failed,
        egress.Duration,
        egress.Size,
        egress.Error);
}

/// <summary>The answer to a session's create.</summary>
/// <param name="Session">The session.</param>
/// <param name="RtmpUrl">Where its encoder sends to, with mode rtmp, unless LiveKit does not answer now.</param>
/// <param name="StreamKey">What opens that.</param>
public sealed record CreatedSession(SessionResource Session, string? RtmpUrl, string? StreamKey);

/// <summary>A page of sessions.</summary>
public sealed record SessionList(IReadOnlyList<SessionResource> Sessions, long Total, int Page, int Limit);

/// <summary>How many sessions an account has.</summary>
public sealed record Stats(long TotalSessions, long LiveNow, long Scheduled, long Ended);

/// <summary>Shows sessions, each with its room.</summary>
public sealed class SessionReplies(LiveStreamReader reader, AccountTags tags)
{
    /// <summary>The answer that shows one session.</summary>
    public async ValueTask<Answer> Show(Exchange exchange, State<LiveSession> session) => LiveStreamSurface
        .Reply(
            exchange, StatusCodes.Status200OK, await Resource(exchange, session),
            LiveStreamJson.Default.EnvelopeSessionResource)
        .WithVersion(session.Version);

    /// <summary>The session on the wire.</summary>
    public async ValueTask<SessionResource> Resource(Exchange exchange, State<LiveSession> session) =>
        Resource(exchange, session, Resource(exchange, await reader.RecentRoom(exchange, session.Body.RoomId)));

    /// <summary>The answer that shows a page of sessions.</summary>
    internal async ValueTask<IResult> Show(
        Exchange exchange, PageRequest page, long total, IReadOnlyList<State<LiveSession>> sessions)
    {
        var rooms = (await reader.RecentRooms(exchange, sessions.Select(session => session.Body.RoomId)))
            .ToDictionary(found => found.Id, found => Resource(exchange, found.Room));
        var resources = sessions.Select(session => Resource(exchange, session, rooms[session.Body.RoomId]));
        var list = new SessionList([.. resources], total, page.Page, page.Limit);
        return LiveStreamSurface.Reply(
            exchange, StatusCodes.Status200OK, list, LiveStreamJson.Default.EnvelopeSessionList);
    }

    private RoomResource? Resource(Exchange exchange, State<Room>? room) => room is null
        ? null
        : RoomResource.Of(room, exchange.Caller, tags.OwnOf(exchange.Account)).To(exchange.Caller, tags);

    private SessionResource Resource(Exchange exchange, State<LiveSession> session, RoomResource? room) =>
        SessionResource.Of(session, room, exchange, tags.OwnOf(exchange.Account)).To(exchange.Caller, tags);
}
