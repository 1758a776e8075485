using Sessions.Lifecycle;
using Sessions.Storage;

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

    /// <summary>The session with another time to begin. A time in the past is the caller's, and means now.</summary>
    public static Stored<LiveSession> Reschedule(
        this Stored<LiveSession> session, DateTimeOffset start, DateTimeOffset now)
    {
        RequireScheduled(session);
        return session.With(
            session.Body with { ScheduledStartTime = start },
            session.Document.Lifetime with { UpdatedAt = now, DateExpiry = ExpiryOf(start, now) });
    }

    /// <summary>The session with other settings, while it is not over.</summary>
    public static Stored<LiveSession> Set(this Stored<LiveSession> session, LiveSession body, DateTimeOffset now) =>
        session.Document.Lifetime.Open
            ? session.With(body, session.Document.Lifetime with { UpdatedAt = now })
            : throw LiveStreamErrors.SessionOver(session.Document.Lifetime.Status);

    /// <summary>
    /// The session on its way to live: whoever has this lease, and no other, now talks to LiveKit about it. What an
    /// earlier one that died may have left there is to be looked after.
    /// </summary>
    public static Stored<LiveSession> Hold(this Stored<LiveSession> session, Guid lease, DateTimeOffset now)
    {
        var until = now + StartLife;
        var (lifetime, body) = (session.Document.Lifetime, session.Body);
        var leftovers = body.Leftovers ?? (body.Starting is null ? null : new Leftovers(until, now));
        return session.With(
            body with { Starting = new(lease, until), Leftovers = leftovers },
            lifetime with { DateExpiry = lifetime.DateExpiry > until ? lifetime.DateExpiry : until });
    }

    /// <summary>Whether somebody talks to LiveKit about it right now.</summary>
    public static bool IsHeld(this Stored<LiveSession> session, DateTimeOffset now) =>
        session.Body.Starting?.Until > now;

    /// <summary>The session, live.</summary>
    public static Stored<LiveSession> GoLive(
        this Stored<LiveSession> session, string liveKitRoom, Ingress ingress, DateTimeOffset now) => session.With(
            session.Body with { Starting = null, LiveKitRoom = liveKitRoom, Ingress = ingress },
            session.Document.Lifetime with
            {
                Status = SessionStatus.Live, StartedAt = now, UpdatedAt = now, DateExpiry = null,
            });

    /// <summary>The session after a start that failed; LiveKit is looked after if it may hold something.</summary>
    public static Stored<LiveSession> GiveUpStart(
        this Stored<LiveSession> session, Leftovers? leftovers, DateTimeOffset now) => session.With(
            session.Body with { Starting = null, Leftovers = leftovers },
            session.Document.Lifetime with { UpdatedAt = now });

    /// <summary>The session, over. LiveKit is looked after until it has let go.</summary>
    public static Stored<LiveSession> End(this Stored<LiveSession> session, string reason, DateTimeOffset now) =>
        session.With(
            session.Body with
            {
                Starting = null,
                Leftovers = new(now + LeftoverRules.FirstPause, now),
                Attendance = session.Body.Attendance.Over(),
                StartingHls = null,
            },
            session.Document.Lifetime.Close(SessionStatus.Ended, reason, now));

    /// <summary>The session of this body and lifetime, under its own version.</summary>
    public static Stored<LiveSession> With(
        this Stored<LiveSession> session, LiveSession body, Lifetime? lifetime = null) =>
        session with
        {
            Body = body,
            Document = session.Document with { Lifetime = lifetime ?? session.Document.Lifetime },
        };

    /// <summary>Whether it is live.</summary>
    public static bool IsLive(this Stored<LiveSession> session) =>
        session.Document.Lifetime.Status == SessionStatus.Live;

    /// <summary>Refuses a session that is not live.</summary>
    public static void RequireLive(this Stored<LiveSession> session)
    {
        if (!session.IsLive())
        {
            throw LiveStreamErrors.NotLive(session.Document.Lifetime.Status);
        }
    }

    private static void RequireScheduled(Stored<LiveSession> session)
    {
        if (session.Document.Lifetime.Status != SessionStatus.Scheduled)
        {
            throw LiveStreamErrors.NotScheduled(session.Document.Lifetime.Status);
        }
    }

    private static DateTimeOffset ExpiryOf(DateTimeOffset? start, DateTimeOffset now) =>
        (start > now ? start.Value : now) + Patience;
}
