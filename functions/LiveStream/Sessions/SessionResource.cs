using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

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
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    long Duration,
    DateTimeOffset? ScheduledStartTime,
    int ViewerCount,
    int MaxViewers,
    bool RecordingEnabled,
    string? HlsUrl,
    bool? ChatEnabledOverride,
    bool? StageEnabledOverride,
    int? MaxJoinLimitOverride,
    bool EffectiveChatEnabled,
    bool EffectiveStageEnabled,
    int EffectiveMaxJoinLimit,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    internal static SessionResource Of(Stored<LiveSession> session, Stored<Room>? room, Exchange exchange)
    {
        var (lifetime, body) = (session.Document.Lifetime, session.Body);
        return new(
            Id: Guid.ParseExact(session.Document.Id, "D"),
            RoomId: body.RoomId,
            Room: RoomOf(session, room, exchange),
            Preset: PresetResource.Of(body.Preset, exchange.Account),
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
            RecordingEnabled: body.Preset.Preset.Has(PresetFlags.RecordingEnabled),
            HlsUrl: body.Egress?.HlsUrl,
            ChatEnabledOverride: body.ChatEnabled,
            StageEnabledOverride: body.StageEnabled,
            MaxJoinLimitOverride: body.MaxJoinLimit,
            EffectiveChatEnabled: body.EffectiveChat,
            EffectiveStageEnabled: body.EffectiveStage,
            EffectiveMaxJoinLimit: body.EffectiveLimit,
            CreatedAt: lifetime.CreatedAt,
            UpdatedAt: lifetime.UpdatedAt);
    }

    // The room may be some seconds old; whether it is live with this session, the session itself knows.
    private static RoomResource? RoomOf(Stored<LiveSession> session, Stored<Room>? room, Exchange exchange)
    {
        if (room is null)
        {
            return null;
        }

        var id = Guid.ParseExact(session.Document.Id, "D");
        var active = session.IsLive() ? id : room.Body.ActiveSessionId == id ? null : room.Body.ActiveSessionId;
        return RoomResource.Of(room, exchange.Caller) with { ActiveSessionId = active };
    }
}

/// <summary>
/// The answer to a session's create. Its ingress comes with the start, so there is no rtmp_url and no stream_key yet.
/// </summary>
public sealed record CreatedSession(SessionResource Session);

/// <summary>A page of sessions.</summary>
public sealed record SessionList(IReadOnlyList<SessionResource> Sessions, long Total, int Page, int Limit);

/// <summary>How many sessions an account has.</summary>
public sealed record Stats(long TotalSessions, long LiveNow, long Scheduled, long Ended);
