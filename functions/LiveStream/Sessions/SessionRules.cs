using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Lifecycle;

namespace Sessions.LiveStream;

/// <summary>The rules of a session's life, from scheduled to ended. Pure.</summary>
internal static class SessionRules
{
    /// <summary>How long after its time a session that nobody starts is kept open.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    /// <summary>How long a start may take before it counts as dead: longer than all its calls to LiveKit may.</summary>
    public static readonly TimeSpan StartLife = TimeSpan.FromSeconds(45);

    /// <summary>The lifetime of a new session.</summary>
    public static Lifetime Schedule(DateTimeOffset? start, DateTimeOffset now) => new()
    {
        Status = SessionStatus.Scheduled,
        Open = true,
        CreatedAt = now,
        UpdatedAt = now,
        DateExpiry = ExpiryOf(start, now),
    };

    /// <summary>The session, which must be there and the caller's.</summary>
    /// <exception cref="RefusedException">It is not.</exception>
    public static State<LiveSession> OwnedBy(this State<LiveSession>? session, Caller caller)
    {
        var found = session ?? throw LiveStreamErrors.NotFound();
        caller.RequireOwner(found.Body.HostId);
        return found;
    }

    /// <summary>The session with another time to begin. A time in the past is the caller's, and means now.</summary>
    public static State<LiveSession> Reschedule(
        this State<LiveSession> session, DateTimeOffset start, DateTimeOffset now) =>
        session.Lifetime.Status == SessionStatus.Scheduled
            ? session with
            {
                Body = session.Body with { ScheduledStartTime = start },
                Lifetime = session.Lifetime with { UpdatedAt = now, DateExpiry = ExpiryOf(start, now) },
            }
            : throw LiveStreamErrors.NotScheduled(session.Lifetime.Status);

    /// <summary>The session with other settings, while it is not over. Those who are in are to be told.</summary>
    public static State<LiveSession> Set(this State<LiveSession> session, LiveSession body, DateTimeOffset now)
    {
        var isNews = session.IsLive()
            && (body.EffectiveChat, body.EffectiveStage, body.EffectiveLimit) is var next
            && next != (session.Body.EffectiveChat, session.Body.EffectiveStage, session.Body.EffectiveLimit);
        return session.Lifetime.Open
            ? session.To(isNews ? body with { Untold = now } : body, now)
            : throw LiveStreamErrors.SessionOver(session.Lifetime.Status);
    }

    /// <summary>
    /// The session on its way to live: whoever has this lease, and no other, now talks to LiveKit about it. What an
    /// earlier one that died may have left there is to be looked after.
    /// </summary>
    public static State<LiveSession> Hold(
        this State<LiveSession> session, Guid lease, DateTimeOffset now, bool toTidy = false)
    {
        var until = now + StartLife;
        var (lifetime, body) = (session.Lifetime, session.Body);
        var leftovers = body.Leftovers ?? (body.Starting is null ? null : new Leftovers(until, now));
        return session with
        {
            Body = body with { Starting = new(lease, until) { IsToTidy = toTidy }, Leftovers = leftovers },
            Lifetime = lifetime with { DateExpiry = lifetime.DateExpiry > until ? lifetime.DateExpiry : until },
        };
    }

    /// <summary>Whether somebody talks to LiveKit about it right now.</summary>
    public static bool IsHeld(this State<LiveSession> session, DateTimeOffset now) =>
        session.Body.Starting?.Until > now;

    /// <summary>The session, live.</summary>
    public static State<LiveSession> GoLive(
        this State<LiveSession> session, RoomSeen room, Ingress ingress, DateTimeOffset now) => session.In(room) with
        {
            Body = session.In(room).Body with { Starting = null, Ingress = ingress },
            Lifetime = session.Lifetime with
            {
                Status = SessionStatus.Live, StartedAt = now, UpdatedAt = now, DateExpiry = null,
            },
        };

    /// <summary>The session in this room of LiveKit's, which is there.</summary>
    public static State<LiveSession> In(this State<LiveSession> session, RoomSeen room) =>
        session.Body.LiveKitRoom == room.Sid && session.Body.RoomGoneSince is null
            ? session
            : session with
            {
                Body = session.Body with
                {
                    LiveKitRoom = room.Sid,
                    LiveKitRoomMadeAt = room.MadeAt > 0 ? room.MadeAt : null,
                    RoomGoneSince = null,
                },
            };

    /// <summary>The session in a room that took the place of its own: whoever was in that one is not in.</summary>
    public static State<LiveSession> MovedTo(
        this State<LiveSession> session, RoomSeen room, DateTimeOffset now) => session.In(room) is var moved
            && session.Body.LiveKitRoom is { Length: > 0 } own && own != room.Sid
                ? moved with { Body = moved.Body with { Attendance = moved.Body.Attendance.Emptied(now) } }
                : session.In(room);

    /// <summary>The session after a start that failed; LiveKit is looked after if it may hold something.</summary>
    public static State<LiveSession> GiveUpStart(
        this State<LiveSession> session, Leftovers? leftovers, DateTimeOffset now) =>
        session.To(session.Body with { Starting = null, Leftovers = leftovers }, now);

    /// <summary>The session, over. LiveKit is looked after until it has let go.</summary>
    public static State<LiveSession> End(this State<LiveSession> session, string reason, DateTimeOffset now) =>
        session with
        {
            Body = session.Body with
            {
                Starting = null,
                Leftovers = new(now + LeftoverRules.FirstPause, now),
                Attendance = session.Body.Attendance.Over(),
                StartingHls = null,
                StartingRecording = null,
                Mending = null,
                RoomGoneSince = null,
                Untold = null,
            },
            Lifetime = session.Lifetime.Close(SessionStatus.Ended, reason, now),
        };

    /// <summary>Whether it is live.</summary>
    public static bool IsLive(this State<LiveSession> session) => session.Lifetime.Status == SessionStatus.Live;

    /// <summary>Refuses a session that is not live.</summary>
    public static void RequireLive(this State<LiveSession> session)
    {
        if (!session.IsLive())
        {
            throw LiveStreamErrors.NotLive(session.Lifetime.Status);
        }
    }

    /// <summary>Refuses a session that is live, or that is being started right now.</summary>
    public static void RequireLetGo(this State<LiveSession> session, DateTimeOffset now)
    {
        if (session.IsLive())
        {
            throw LiveStreamErrors.RoomIsLive();
        }

        if (session.IsHeld(now) && !session.Body.Starting!.IsToTidy)
        {
            throw LiveStreamErrors.UnderWay();
        }
    }

    /// <summary>
    /// Until when LiveKit may hold something of a session, or may come to, since a token that is still good makes a
    /// room; null for nothing at all, and for ever until it is taken back.
    /// </summary>
    public static DateTimeOffset? HeldUntil(this State<LiveSession> session) =>
        session.Body is { Starting: not null } or { Leftovers: not null }
        || session.Lifetime is { Open: true } && session.Body.Ingress is not null
            ? DateTimeOffset.MaxValue
        : session.Lifetime.StartedAt is not null ? session.Lifetime.EndedAt + LiveKitTokens.Life
        : null;

    private static DateTimeOffset ExpiryOf(DateTimeOffset? start, DateTimeOffset now) =>
        (start > now ? start.Value : now) + Patience;
}

/// <summary>How often to look after what LiveKit may still hold.</summary>
internal static class LeftoverRules
{
    /// <summary>The pause before the first look; pauses then double, up to an hour.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan _longestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan _giveUp = TimeSpan.FromDays(1);

    /// <summary>Looks at once.</summary>
    public static Leftovers Now(State<LiveSession> session, DateTimeOffset now) =>
        new(now, session.Body.Leftovers?.Since ?? now);

    /// <summary>When to look again after a look that failed; null when a day has passed.</summary>
    public static Leftovers? Later(Leftovers? before, DateTimeOffset now)
    {
        var since = before?.Since ?? now;
        var pause = TimeSpan.FromTicks(Math.Clamp((now - since).Ticks, FirstPause.Ticks, _longestPause.Ticks));
        return now - since >= _giveUp ? null : new(now + pause, since);
    }
}
