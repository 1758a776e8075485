using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>
/// Takes a session live, once, however many ask. The first request notes a lease in the session, and the session in its
/// room, in one commit; then it alone asks LiveKit for the room and the ingress; then it notes them. Whatever fails on
/// the way, or dies, the lease tells that LiveKit may hold something: the failed request takes it back, else the next
/// start or the timer does.
/// </summary>
public sealed class SessionStart(
    SessionChanges changes, ILiveKit liveKit, SessionTidying tidying, IIdSource ids, TimeProvider time)
{
    // From here on a start goes to its end, whether or not its client waits for the answer.
    private static readonly CancellationToken _toTheEnd = CancellationToken.None;

    private static readonly TimeSpan _glance = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    /// <summary>The session of the call's route, live.</summary>
    /// <exception cref="RefusedException">
    /// It is another host's, is over, its room is live with another session, or LiveKit failed.
    /// </exception>
    public async ValueTask<Stored<LiveSession>> Run(Exchange exchange)
    {
        var name = SessionName.Of(exchange);
        var lease = ids.Next();
        var begun = await changes.ChangeWithRoom(
            name, exchange.Now, (session, room) => Begin(exchange, session, room, lease), exchange.Aborted);
        return begun.IsLive() ? begun
            : begun.Body.Starting?.Id == lease ? await GoLive(exchange, name, begun)
            : await Await(exchange);
    }

    private static SessionDecision Begin(Exchange exchange, Stored<LiveSession> session, Stored<Room>? room, Guid lease)
    {
        exchange.Caller.RequireOwner(session.Body.HostId);
        if (session.IsLive() || session.IsHeld(exchange.Now))
        {
            return new(session, []);
        }

        if (!session.Document.Lifetime.Open)
        {
            throw LiveStreamErrors.SessionOver(session.Document.Lifetime.Status);
        }

        var id = Guid.ParseExact(session.Document.Id, "D");
        var free = (room ?? throw LiveStreamErrors.NotFound()).Body.ActiveSessionId is not { } active || active == id;
        var taken = room.Document.With(room.Body with { ActiveSessionId = id }, exchange.Now);
        return free
            ? new(session.Hold(lease, exchange.Now), [new Write.Replace(taken)])
            : throw LiveStreamErrors.RoomIsLive();
    }

    private async ValueTask<Stored<LiveSession>> GoLive(
        Exchange exchange, SessionName name, Stored<LiveSession> session)
    {
        var lease = session.Body.Starting!.Id;
        try
        {
            if (session.Body.Leftovers is not null)
            {
                await liveKit.Tidy(name.Id, keep: null, _toTheEnd);
            }

            var room = await liveKit.CreateRoom(name.Id, _toTheEnd);
            var host = exchange.Caller.Name ?? exchange.Caller.Subject;
            var ingress = await liveKit.CreateIngress(new(name.Id, session.Body.IsRtmp, host), _toTheEnd);
            return await Note(name, lease, room, ingress);
        }
        catch (LiveKitException failure)
        {
            await tidying.GiveUp(name, lease, failure);
            throw;
        }
    }

    private async ValueTask<Stored<LiveSession>> Note(SessionName name, Guid lease, string room, Ingress ingress)
    {
        var now = time.GetUtcNow();
        var noted = await changes.Change(
            name, now,
            session => session.Body.Starting?.Id == lease ? session.GoLive(room, ingress, now) : session, _toTheEnd);
        return noted.Body.Ingress == ingress
            ? noted
            : throw LiveStreamErrors.StartFailed();
    }

    // Another request is at it, maybe in another process: looks until that one is done.
    private async ValueTask<Stored<LiveSession>> Await(Exchange exchange)
    {
        var until = exchange.Now + _patience;
        do
        {
            await Task.Delay(_glance, time, exchange.Aborted);
            var session = await changes.Find(exchange);
            if (session.IsLive())
            {
                return session;
            }

            if (!session.IsHeld(time.GetUtcNow()))
            {
                throw LiveStreamErrors.StartFailed();
            }
        }
        while (time.GetUtcNow() < until);

        throw LiveStreamErrors.UnderWay();
    }
}
