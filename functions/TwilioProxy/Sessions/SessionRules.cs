using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>The rules of a Session's life. Source: https://www.twilio.com/docs/proxy/api/session</summary>
internal static class SessionRules
{
    /// <summary>The lifetime that a create asks for.</summary>
    /// <param name="wanted">The parameters.</param>
    /// <param name="defaultTtl">The Service's, for a create that names no Ttl.</param>
    /// <param name="now">The moment of the request.</param>
    public static Lifetime Start(NewSession wanted, int defaultTtl, DateTimeOffset now)
    {
        RequireFuture(wanted.DateExpiry, now);
        var open = wanted.Status is SessionStatus.Open or SessionStatus.InProgress;
        return new()
        {
            Status = wanted.Status,
            Open = open,
            CreatedAt = now,
            UpdatedAt = now,
            StartedAt = wanted.Status == SessionStatus.InProgress ? now : null,
            EndedAt = open ? null : now,
            ClosedReason = open ? null : CloseReasons.Api,
            TtlSeconds = wanted.Ttl ?? defaultTtl,
            DateExpiry = wanted.DateExpiry,
        };
    }

    /// <summary>The lifetime after an update.</summary>
    /// <param name="session">The lifetime as it counts at <paramref name="now"/>.</param>
    /// <param name="update">The parameters.</param>
    /// <param name="now">The moment of the request.</param>
    /// <exception cref="Http.RefusedException">80607, 80608, or 20001 for an end in the past.</exception>
    public static Lifetime Update(Lifetime session, SessionUpdate update, DateTimeOffset now)
    {
        RequireFuture(update.DateExpiry, now);
        var changed = session with
        {
            UpdatedAt = now,
            TtlSeconds = update.Ttl ?? session.TtlSeconds,
            DateExpiry = update.DateExpiry ?? session.DateExpiry,
        };
        return (session.Open, update.Status) switch
        {
            (true, null) => changed,
            (true, SessionStatus.Closed) => changed.Close(SessionStatus.Closed, CloseReasons.Api, now),
            (false, SessionStatus.InProgress) when session.Status == SessionStatus.Closed => Reopen(changed, now),
            (false, null or SessionStatus.Closed) => throw ProxyErrors.SessionClosed(),
            _ => throw ProxyErrors.StatusChangeNotSupported(session.Status, update.Status),
        };
    }

    /// <summary>The Session once somebody has spoken or written: it has begun, and its time starts again.</summary>
    public static NextState Interact(Stored<ProxySession> session, DateTimeOffset at)
    {
        var lifetime = session.Document.Lifetime.Touch(at);
        return new(
            lifetime with { Status = SessionStatus.InProgress, StartedAt = lifetime.StartedAt ?? at },
            session.Body with { LastInteractionAt = at });
    }

    private static Lifetime Reopen(Lifetime session, DateTimeOffset now)
    {
        if (session.DateExpiry <= now)
        {
            throw ProxyErrors.Invalid("The Session's DateExpiry has passed. Send a new one to re-open it.");
        }

        return session.Touch(now) with
        {
            Status = SessionStatus.InProgress,
            Open = true,
            StartedAt = session.StartedAt ?? now,
            EndedAt = null,
            ClosedReason = null,
        };
    }

    private static void RequireFuture(DateTimeOffset? dateExpiry, DateTimeOffset now)
    {
        if (dateExpiry <= now)
        {
            throw ProxyErrors.Invalid("Invalid DateExpiry: send a date in the future.");
        }
    }
}
