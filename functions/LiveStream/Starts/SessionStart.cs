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
    IIdSource ids,
    TimeProvider time)
{
    // From here on a start goes to its end, whether or not its client waits for the answer.
    private static readonly CancellationToken _toTheEnd = CancellationToken.None;

    private static readonly TimeSpan _glance = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    /// <summary>The session of the path, live.</summary>
    /// <exception cref="RefusedException">
    /// It is another host's, is over, its room is live with another session, or LiveKit failed.
    /// </exception>
    public async ValueTask<State<LiveSession>> Run(Exchange exchange)
    {
        var place = sessions.Of(exchange);
        var lease = ids.Next();
        var begun = await changes.Change(
            new(exchange.Now, exchange.Aborted),
            sessions.InRoom(place, exchange.Aborted),
            (seen, now) => Begin(seen, exchange.Caller, lease, now));
        return begun.IsLive() ? begun
            : begun.Body.Starting?.Id == lease ? await GoLive(exchange, place, begun)
            : await Await(exchange);
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
        try
        {
            if (session.Body.Leftovers is not null)
            {
                await liveKit.Tidy(place.Id, keep: null, _toTheEnd);
            }

            var room = await liveKit.CreateRoom(place.Id, _toTheEnd);
            var host = exchange.Caller.Name ?? exchange.Caller.Subject;
            var ingress = await liveKit.CreateIngress(new(place.Id, session.Body.IsRtmp, host), _toTheEnd);
            return await Note(place, lease, room, ingress);
        }
        catch (LiveKitException failure)
        {
            await GiveUp(place, lease, failure);
            throw;
        }
    }

    private async ValueTask<State<LiveSession>> Note(
        Place<LiveSession> place, Guid lease, string room, Ingress ingress)
    {
        var noted = await changes.Change(new(time.GetUtcNow(), _toTheEnd), place, (found, now) =>
        {
            var session = found ?? throw LiveStreamErrors.NotFound();
            return session.Body.Starting?.Id == lease
                ? Decision.To(session.GoLive(room, ingress, now))
                : Decision.Keep(session);
        });
        return noted.Body.Ingress == ingress ? noted : throw LiveStreamErrors.StartFailed();
    }

    // The session is as before, and its room is free.
    private async ValueTask GiveUp(Place<LiveSession> place, Guid lease, LiveKitException failure)
    {
        // What was not answered may still happen after the tidying: it is looked for again.
        var isClean = await tidying.Try(place.Id, keep: null) && failure.Kind == LiveKitFailure.Refused;
        await changes.Change(
            new(time.GetUtcNow(), _toTheEnd), sessions.InRoom(place, _toTheEnd), (seen, now) =>
                seen.Session.Body.Starting?.Id == lease
                    ? Decision
                        .To(seen.Session.GiveUpStart(isClean ? null : new(now + LeftoverRules.FirstPause, now), now))
                        .And(seen.Room.LetGoBy(place.Id, now))
                    : Decision.Keep(seen.Session));
    }

    // Another request is at it, maybe in another process: looks until that one is done.
    private async ValueTask<State<LiveSession>> Await(Exchange exchange)
    {
        var until = exchange.Now + _patience;
        for (var now = exchange.Now; now < until; now = time.GetUtcNow())
        {
            await Task.Delay(_glance, time, exchange.Aborted);
            var session = await reader.Session(exchange, time.GetUtcNow());
            if (session.IsLive())
            {
                return session;
            }

            if (!session.IsHeld(time.GetUtcNow()))
            {
                throw LiveStreamErrors.StartFailed();
            }
        }

        throw LiveStreamErrors.UnderWay();
    }
}
