using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;

namespace Sessions.LiveStream;

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
