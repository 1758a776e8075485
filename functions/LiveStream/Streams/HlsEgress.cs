using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>
/// Has HLS made of a live session, once: one request at a time asks LiveKit, which tells first whether an egress runs
/// already. An egress ends with its room, so none is left behind.
/// </summary>
public sealed class HlsEgress(SessionChanges changes, ILiveKit liveKit, IIdSource ids, TimeProvider time)
{
    // Longer than both calls to LiveKit may take.
    private static readonly TimeSpan _life = TimeSpan.FromSeconds(20);

    /// <summary>The egress of the session of the call's route.</summary>
    /// <exception cref="RefusedException">
    /// It is another host's, not live, of the wrong mode, or another request is at it.
    /// </exception>
    public async ValueTask<Egress> Ensure(Exchange exchange, bool webcamOnly)
    {
        var name = SessionName.Of(exchange);
        var lease = new Lease(ids.Next(), exchange.Now + _life);
        var session = await changes.Change(
            name, exchange.Now, session => Begin(exchange, session, lease, webcamOnly), exchange.Aborted);
        return session.Body.StartingHls == lease ? await Start(name, lease) : session.Body.Egress!;
    }

    private static Stored<LiveSession> Begin(
        Exchange exchange, Stored<LiveSession> session, Lease lease, bool webcamOnly)
    {
        exchange.Caller.RequireOwner(session.Body.HostId);
        session.RequireLive();
        if (webcamOnly && session.Body.IsRtmp)
        {
            throw LiveStreamErrors.WebcamOnly();
        }

        return session.Body switch
        {
            { Egress.IsOver: false } => session,
            { StartingHls: { } other } when other.Until > exchange.Now => throw LiveStreamErrors.UnderWay(),
            var body => session.With(body with { StartingHls = lease }),
        };
    }

    private async ValueTask<Egress> Start(SessionName name, Lease lease)
    {
        Egress? egress = null;
        try
        {
            egress = await liveKit.EnsureHls(name.Id, CancellationToken.None);
            return egress;
        }
        finally
        {
            await changes.Change(
                name,
                time.GetUtcNow(),
                session => session.Body.StartingHls == lease
                    ? session.With(session.Body with { StartingHls = null, Egress = egress ?? session.Body.Egress })
                    : session,
                CancellationToken.None);
        }
    }
}
