using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;

namespace Sessions.LiveStream;

/// <summary>
/// What the timer does with sessions: makes their expiry durable, clears up after starts whose process died, takes back
/// from LiveKit what could not be taken back before, and asks how the egresses of ended sessions came out.
/// </summary>
public sealed class SessionUpkeep(
    RoomKind rooms, Reader reader, Changes changes, SessionTidying tidying, ILiveKit liveKit, EgressSettings files,
    IIdSource ids, TimeProvider time)
{
    // How long an egress may take to write down what it has after its room is gone.
    private static readonly TimeSpan _ending = TimeSpan.FromMinutes(10);

    /// <summary>What settles a session that is due; nothing when another was faster.</summary>
    internal async ValueTask<Decision> Settle(
        State<LiveSession> session, DateTimeOffset now, CancellationToken cancellation)
    {
        if (session.IsHeld(now))
        {
            var later = session.Body.Leftovers is { } waits ? waits with { At = session.Body.Starting!.Until } : null;
            return Decision.To(session with { Body = session.Body with { Leftovers = later } });
        }

        var died = session.Body.Starting is not null;
        if (!died && !(session.Body.Leftovers?.At <= now))
        {
            // The ingress of a session that nobody has started is not needed any more.
            var left = session.Lifetime.Open || session.Body.Ingress is null ? null : new Leftovers(now, now);
            return Decision.To(session with
            {
                Body = session.Body with { Leftovers = session.Body.Leftovers ?? left },
            });
        }

        if (await Tidy(session, now, cancellation) is not { } tidied)
        {
            return Decision.Nothing;
        }

        var room = died && !session.IsLive()
            ? await reader.Find(rooms, session.Partition, session.Body.RoomId.Text(), now, cancellation)
            : null;
        return Decision.To(tidied).And(room.LetGoBy(session.Id, now));
    }

    // A start in the middle of the tidying would lose its ingress to it, so the session is held meanwhile.
    private async ValueTask<State<LiveSession>?> Tidy(
        State<LiveSession> session, DateTimeOffset now, CancellationToken cancellation)
    {
        var mayStart = session.Lifetime.Status == SessionStatus.Scheduled;
        if ((mayStart ? await Hold(session, now, cancellation) : session) is not { } held)
        {
            return null;
        }

        using var patience = new LiveKitPatience(time);
        var keep = session.IsLive() || mayStart ? session.Body.Ingress?.Id : null;
        var tidied = await tidying.TryInTurn(session.Id, keep, endsRoom: !session.IsLive(), patience);
        var settled = tidied && !held.Lifetime.Open ? await Outcome(held, now, patience) : held;
        var isDone = tidied && (held.Lifetime.Open || !settled.Body.IsUnsettled());
        var leftovers = isDone ? null : LeftoverRules.Later(held.Body.Leftovers, now);
        return settled with { Body = settled.Body with { Starting = null, Leftovers = leftovers } };
    }

    // LiveKit knows an egress for a day after its end; one that it does not know any more is over, somehow.
    private async ValueTask<State<LiveSession>> Outcome(
        State<LiveSession> ended, DateTimeOffset now, LiveKitPatience patience)
    {
        var settled = ended;
        try
        {
            foreach (var egress in ((Egress?[])[ended.Body.Egress, ended.Body.Recording]).OfType<Egress>()
                .Where(egress => !egress.IsOver))
            {
                var seen = await patience.Within(ends => liveKit.FindEgress(egress.Id, ends));
                settled = settled.Heard(seen ?? egress.Unknown(ended.Id), files, now);
                if (seen is not null && !EgressStatus.IsOver(seen.Status) && now - ended.Lifetime.EndedAt > _ending)
                {
                    await patience.Within(ends => liveKit.StopEgress(egress.Id, ends));
                }
            }
        }
        catch (LiveKitException)
        {
            // The next look asks again.
        }

        return settled;
    }

    private async ValueTask<State<LiveSession>?> Hold(
        State<LiveSession> session, DateTimeOffset now, CancellationToken cancellation)
    {
        var lease = ids.Next();
        var place = session.Kind.At(session.Partition, session.Id);
        var held = await changes.Change(new(now, cancellation), place, (found, at) =>
            found?.Version == session.Version
                ? Decision.To(found.Hold(lease, at, toTidy: true))
                : Decision.Keep(session));
        return held.Body.Starting?.Id == lease ? held : null;
    }
}

/// <summary>
/// Puts right at LiveKit what a live session needs and LiveKit has lost: its room, its ingress. A start looks, as its
/// answer names both.
/// </summary>
public sealed class SessionMending(
    Changes changes, ILiveKit liveKit, SessionTidying tidying, IIdSource ids, TimeProvider time)
{
    private static readonly TimeSpan _life = TimeSpan.FromSeconds(10);

    /// <summary>The live session, with what it needs. When LiveKit does not answer it is what we know of it.</summary>
    /// <exception cref="RefusedException">Another request is at it.</exception>
    /// <exception cref="LiveKitException">Something is missing, and LiveKit did not make it anew.</exception>
    internal async ValueTask<State<LiveSession>> Mend(Exchange exchange, State<LiveSession> session)
    {
        using var patience = new LiveKitPatience(time);
        (RoomSeen? Room, bool HasIngress) seen;
        try
        {
            seen = await patience.Within(ends => Look(session, ends), exchange.Aborted);
        }
        catch (LiveKitException)
        {
            return session;
        }

        if (seen is { Room: not null, HasIngress: true } && session.In(seen.Room) == session)
        {
            return session;
        }

        // Who finds that another one has mended it since he looked has nothing to do.
        var lease = new Lease(ids.Next(), time.GetUtcNow() + _life);
        var held = await Change(session, (live, now) =>
            live.Body.Ingress != session.Body.Ingress || live.Body.LiveKitRoom != session.Body.LiveKitRoom ? live
            : live.Body.Mending?.Until > now ? throw LiveStreamErrors.UnderWay()
            : live with { Body = live.Body with { Mending = lease } });
        return !held.IsLive() ? throw LiveStreamErrors.SessionOver(held.Lifetime.Status)
            : held.Body.Mending?.Id != lease.Id ? held
            : await Make(exchange, held, seen.Room, seen.HasIngress, lease, patience);
    }

    private async ValueTask<(RoomSeen? Room, bool HasIngress)> Look(
        State<LiveSession> session, CancellationToken cancellation)
    {
        var rooms = await liveKit.Rooms(session.Id, cancellation);
        var ingresses = await liveKit.Ingresses(session.Id, cancellation);
        return (
            rooms.FirstOrDefault(room => room.Name == session.Id),
            ingresses.Any(ingress => ingress.Id == session.Body.Ingress?.Id));
    }

    private async ValueTask<State<LiveSession>> Make(
        Exchange exchange, State<LiveSession> held, RoomSeen? room, bool hasIngress, Lease lease,
        LiveKitPatience patience)
    {
        var ingress = held.Body.Ingress!;
        try
        {
            room ??= await patience.Within(ends => liveKit.CreateRoom(held.Id, ends));
            if (!hasIngress)
            {
                var host = exchange.Caller.Name ?? exchange.Caller.Subject;
                ingress = await patience.Within(ends => liveKit.CreateIngress(
                    new(held.Id, held.Body.IsRtmp, host, Open: true), ends));
            }
        }
        finally
        {
            // What was made and could not be noted is found by the timer, and taken away.
            held = await Change(held, (live, now) => live.Body.Mending?.Id == lease.Id
                ? Mended(room is null ? live : live.MovedTo(room, now), ingress)
                : live);
        }

        if (held.IsLive())
        {
            return held;
        }

        // It has ended meanwhile, and nobody knows of what was made since.
        await tidying.Try(held.Id, keep: null, endsRoom: true, patience);
        throw LiveStreamErrors.SessionOver(held.Lifetime.Status);
    }

    private static State<LiveSession> Mended(State<LiveSession> session, Ingress ingress) =>
        session with { Body = session.Body with { Mending = null, Ingress = ingress } };

    private async ValueTask<State<LiveSession>> Change(
        State<LiveSession> session, Func<State<LiveSession>, DateTimeOffset, State<LiveSession>> next)
    {
        var place = session.Kind.At(session.Partition, session.Id);
        return await changes.Change(new(time.GetUtcNow(), CancellationToken.None), place, (found, now) =>
        {
            var live = found ?? throw LiveStreamErrors.NotFound();
            var after = live.IsLive() ? next(live, now) : live;
            return ReferenceEquals(after, live) ? Decision.Keep(live) : Decision.To(after);
        });
    }
}
