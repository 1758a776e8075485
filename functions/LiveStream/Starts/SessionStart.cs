using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Lifecycle;

namespace Sessions.LiveStream;

/// <summary>
/// Takes a session live, once, however many ask. The first request notes a lease in the session, and the session in its
/// room, in one commit; then it alone asks LiveKit for the room and the ingress; then it notes them. Whatever fails on
/// the way, or dies, the lease tells that LiveKit may hold something: the failed request takes it back, else the next
/// start or the timer does.
/// </summary>
public sealed class SessionStart(
    LiveSessionKind sessions,
    LiveStreamReader reader,
    Changes changes,
    ILiveKit liveKit,
    SessionTidying tidying,
    SessionMending mending,
    EgressStarts egresses,
    IIdSource ids,
    TimeProvider time)
{
    // From here on a start goes to its end, whether or not its client waits for the answer.
    private static readonly CancellationToken _toTheEnd = CancellationToken.None;

    private static readonly TimeSpan _glance = TimeSpan.FromMilliseconds(100);

    /// <summary>The session of the path, live.</summary>
    /// <exception cref="RefusedException">
    /// It is another host's, is over, its room is live with another session, or LiveKit failed.
    /// </exception>
    public async ValueTask<State<LiveSession>> Run(Exchange exchange)
    {
        var place = sessions.Of(exchange);
        var lease = ids.Next();
        for (var asked = exchange.Now; ; asked = time.GetUtcNow())
        {
            var begun = await changes.Change(
                new(asked, exchange.Aborted),
                sessions.InRoom(place, exchange.Aborted),
                (seen, now) => Begin(seen, exchange.Caller, lease, now));
            if (begun.IsLive())
            {
                return await mending.Mend(exchange, begun);
            }

            if (begun.Body.Starting is not { } held || held.Id == lease)
            {
                return await GoLive(exchange, place, begun);
            }

            if (await Await(exchange, held) is { } live)
            {
                return live;
            }
        }
    }

    private static Decision<LiveSession> Begin(SessionInRoom seen, Caller caller, Guid lease, DateTimeOffset now)
    {
        var session = seen.Session.OwnedBy(caller);
        if (session.IsLive() || session.IsHeld(now))
        {
            return Decision.Keep(session);
        }

        return session.Lifetime.Open
            ? Decision.To(session.Hold(lease, now)).And(seen.Room.TakenBy(Guid.ParseExact(session.Id, "D"), now))
            : throw LiveStreamErrors.SessionOver(session.Lifetime.Status);
    }

    private async ValueTask<State<LiveSession>> GoLive(
        Exchange exchange, Place<LiveSession> place, State<LiveSession> session)
    {
        var lease = session.Body.Starting!.Id;
        using var patience = new LiveKitPatience(time);
        try
        {
            var (room, ingress) = await patience.Within(ends => Ask(exchange, session, ends));
            var live = await Note(place, lease, room, ingress);
            await egresses.StartNeeded(live, EgressOutput.Recording, patience);
            return live;
        }
        catch (LiveKitException failure)
        {
            await GiveUp(place, session, failure, patience);
            throw;
        }
    }

    // The ingress of a create stays what it is: its address and key are known to the host.
    private async ValueTask<(RoomSeen Room, Ingress Ingress)> Ask(
        Exchange exchange, State<LiveSession> session, CancellationToken cancellation)
    {
        var early = session.Body.Ingress;
        if (session.Body.Leftovers is not null)
        {
            await tidying.Tidy(session.Id, early?.Id, endsRoom: true, cancellation);
        }

        var room = await liveKit.CreateRoom(session.Id, cancellation);
        if (early is not null && await liveKit.OpenIngress(early.Id, open: true, cancellation))
        {
            return (room, early);
        }

        var host = exchange.Caller.Name ?? exchange.Caller.Subject;
        return (room, await liveKit.CreateIngress(
            new(session.Id, session.Body.IsRtmp, host, Open: true), cancellation));
    }

    // The operator may have closed the session meanwhile, or another start thought this one dead.
    private async ValueTask<State<LiveSession>> Note(
        Place<LiveSession> place, Guid lease, RoomSeen room, Ingress ingress)
    {
        var noted = await changes.Change(new(time.GetUtcNow(), _toTheEnd), place, (found, now) =>
        {
            var session = found ?? throw LiveStreamErrors.NotFound();
            return session.Body.Starting?.Id == lease
                ? Decision.To(session.GoLive(room, ingress, now))
                : Decision.Keep(session);
        });
        return noted.IsLive() && noted.Body.Ingress == ingress ? noted : throw LiveStreamErrors.StartFailed();
    }

    // The session is as before, and its room is free.
    private async ValueTask GiveUp(
        Place<LiveSession> place, State<LiveSession> session, LiveKitException failure, LiveKitPatience patience)
    {
        var lease = session.Body.Starting!.Id;

        // What was not answered may still happen after the tidying: it is looked for again.
        var isClean = await tidying.Try(place.Id, session.Body.Ingress?.Id, endsRoom: true, patience)
            && failure.Kind == LiveKitFailure.Refused;
        await changes.Change(
            new(time.GetUtcNow(), _toTheEnd), sessions.InRoom(place, _toTheEnd), (seen, now) =>
                seen.Session.Body.Starting?.Id == lease
                    ? Decision
                        .To(seen.Session.GiveUpStart(isClean ? null : new(now + LeftoverRules.FirstPause, now), now))
                        .And(seen.Room.LetGoBy(place.Id, now))
                    : Decision.Keep(seen.Session));
    }

    // Another request is at it, maybe in another process: looks until that one is done. Null when it was no start, and
    // this one may begin.
    private async ValueTask<State<LiveSession>?> Await(Exchange exchange, Lease held)
    {
        var until = exchange.Now + TwirpClient.Patience;
        for (var now = time.GetUtcNow(); now < until; now = time.GetUtcNow())
        {
            await Task.Delay(_glance, time, exchange.Aborted);
            var session = await reader.Session(exchange, time.GetUtcNow());
            if (session.IsLive())
            {
                return session;
            }

            if (!session.IsHeld(time.GetUtcNow()))
            {
                return held.IsToTidy ? null : throw LiveStreamErrors.StartFailed();
            }

            held = session.Body.Starting!;
        }

        throw LiveStreamErrors.UnderWay();
    }
}

/// <summary>
/// Makes the ingress of a session of mode rtmp with its create, so that its host can set up the encoder: closed until
/// the start, as LiveKit makes a room for an encoder, too. LiveKit is asked once the session is stored, so that what it
/// makes can be found and taken back whatever happens; a simulated one keeps nothing, and is asked before. While
/// LiveKit is away the session is made all the same, and its ingress by the start.
/// </summary>
public sealed class EarlyIngress(
    LiveSessionKind sessions, LiveStreamReader reader, Changes changes, ILiveKit liveKit, IIdSource ids,
    TimeProvider time)
{
    /// <summary>The right to make the ingress, to be noted in the session that is made.</summary>
    internal Guid Claim() => ids.Next();

    /// <summary>The new session as it is to be stored: with its ingress, or held until LiveKit has made it.</summary>
    internal async ValueTask<State<LiveSession>> Prepare(
        Exchange exchange, State<LiveSession> session, Guid claim, DateTimeOffset now) =>
        !session.Body.IsRtmp ? session
        : !liveKit.KeepsNothing ? session.Hold(claim, now)
        : session with
        {
            Body = session.Body with
            {
                Ingress = await liveKit.CreateIngress(PlanOf(exchange, session), exchange.Aborted),
            },
        };

    /// <summary>The ingress of the session that was made, if there is one; for a repeat, that of the first.</summary>
    internal async ValueTask<Ingress?> For(Exchange exchange, State<LiveSession> made, Guid claim)
    {
        if (!made.Body.IsRtmp || made.Body.Ingress is not null)
        {
            return made.Body.Ingress;
        }

        if (made.Body.Starting?.Id != claim)
        {
            return (await reader.Find(exchange, sessions, made.Id, exchange.Now))?.Body.Ingress;
        }

        Ingress? ingress = null;
        Leftovers? leftovers = null;
        using var patience = new LiveKitPatience(time);
        try
        {
            ingress = await patience.Within(ends => liveKit.CreateIngress(PlanOf(exchange, made), ends));
        }
        catch (LiveKitException failure)
        {
            var now = time.GetUtcNow();
            leftovers = failure.Kind == LiveKitFailure.Refused ? null : new(now + LeftoverRules.FirstPause, now);
        }

        var place = sessions.At(made.Partition, made.Id);
        var noted = await changes.Change(new(time.GetUtcNow(), CancellationToken.None), place, (found, _) =>
            found is null || found.Body.Starting?.Id != claim
                ? Decision.Keep(found ?? made)
                : Decision.To(found with
                {
                    Body = found.Body with { Starting = null, Ingress = ingress, Leftovers = leftovers },
                }));
        return noted.Body.Ingress;
    }

    private static IngressPlan PlanOf(Exchange exchange, State<LiveSession> session) =>
        new(session.Id, Rtmp: true, exchange.Caller.Name ?? exchange.Caller.Subject, Open: false);
}
