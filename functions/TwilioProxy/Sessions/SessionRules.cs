using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>The rules of a Session's life. Source: https://www.twilio.com/docs/proxy/api/session</summary>
internal static class SessionRules
{
    /// <summary>The lifetime that a create asks for.</summary>
    /// <param name="wanted">The parameters.</param>
    /// <param name="defaultTtl">The Service's, for a create that names no Ttl.</param>
    /// <param name="now">The moment of the create.</param>
    /// <exception cref="Http.RefusedException">20001 for an end in the past.</exception>
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

    /// <summary>Moves a Session's end, closes it, or opens it again with all its pairs or not at all.</summary>
    /// <exception cref="Http.RefusedException">80604, 80607, 80608, or 20001 for an end in the past.</exception>
    public static State<ProxySession> Update(
        State<ProxySession> session, SessionUpdate update, TakenPairs taken, DateTimeOffset now)
    {
        var lifetime = Update(session.Lifetime, update, now);
        return session with
        {
            Lifetime = lifetime,
            Body = lifetime.Open && !session.Lifetime.Open ? Claimed(session.Body, taken, now) : session.Body,
        };
    }

    /// <summary>The Session once somebody has spoken or written: it has begun, and its time starts again.</summary>
    public static State<ProxySession> Interact(State<ProxySession> session, DateTimeOffset at)
    {
        var lifetime = session.Lifetime.Touch(at);
        return session with
        {
            Lifetime = lifetime with { Status = SessionStatus.InProgress, StartedAt = lifetime.StartedAt ?? at },
            Body = session.Body with { LastInteractionAt = at },
        };
    }

    private static Lifetime Update(Lifetime session, SessionUpdate update, DateTimeOffset now)
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

    private static ProxySession Claimed(ProxySession session, TakenPairs taken, DateTimeOffset now) =>
        session.Present.Any(participant => taken.Has(participant.ProxyIdentifier, participant.Identifier))
            ? throw ProxyErrors.ProxyIdentifierInUse()
            : session with
            {
                Participants = [.. session.Participants.Select(participant => participant with { ClaimedAt = now })],
            };

    private static void RequireFuture(DateTimeOffset? dateExpiry, DateTimeOffset now)
    {
        if (dateExpiry <= now)
        {
            throw ProxyErrors.Invalid("Invalid DateExpiry: send a date in the future.");
        }
    }
}

/// <summary>Makes Sessions with their participants: for the API, and for contacts that have none.</summary>
public sealed class SessionCreation(
    ProxySessionKind sessions,
    LastNumberKind lastNumbers,
    NumberChoices choices,
    ClaimReader claims,
    Changes changes,
    IDocumentStore store,
    IIdSource ids)
{
    /// <summary>Creates a Session.</summary>
    /// <exception cref="RefusedException">What <see cref="SessionRules"/>, <see cref="ParticipantRules"/> and
    /// <see cref="NumberChoice"/> refuse, or 80603.</exception>
    internal async ValueTask<State<ProxySession>> Create(
        Exchange exchange, State<ProxyService> service, NewSession wanted)
    {
        ParticipantRules.RequireRoom(wanted.Participants, wanted.Mode);
        var partition = ProxyReader.PartitionOf(exchange);
        var sid = Sids.Of(Sids.Session, ids.Next(exchange.Now));
        var sids = wanted.Participants.Select(_ => Sids.Of(Sids.Participant, ids.Next())).ToList();
        var taken = new TakenPairs(exchange.Now);
        var create = new Subject<NumberChoice?, ProxySession>(
            sessions, partition, now => choices.Prepare(exchange, service, wanted.Participants, taken, now))
        {
            Taken = (refused, now) => claims.Learn(refused, taken, now, exchange.Aborted),
        }.WithMadeBefore(store, exchange, partition, id => Sids.Of(Sids.Session, id));
        return await changes.Change(await exchange.Command(), create, (choice, now) =>
        {
            var session = sessions.New(
                service.Account,
                partition,
                sid,
                new ProxySession { UniqueName = wanted.UniqueName, Mode = wanted.Mode },
                SessionRules.Start(wanted, service.Body.DefaultTtl, now));
            foreach (var (participant, participantSid) in wanted.Participants.Zip(sids))
            {
                session = ParticipantRules.Join(session, participant, participantSid, choice!, now);
            }

            return Decision.To(sessions.Named(session)).AndWrite(
                lastNumbers.Remember(service, partition, session.Body.Participants, now));
        });
    }
}
