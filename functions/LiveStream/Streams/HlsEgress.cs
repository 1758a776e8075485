using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Lifecycle;

namespace Sessions.LiveStream;

/// <summary>
/// Has HLS made of a live session, once: one request at a time asks LiveKit, which tells first whether an egress runs
/// already. An egress ends with its room, so none is left behind.
/// </summary>
public sealed class HlsEgress(
    LiveSessionKind sessions, Changes changes, ILiveKit liveKit, IIdSource ids, TimeProvider time)
{
    // Longer than both calls to LiveKit may take.
    private static readonly TimeSpan _life = TimeSpan.FromSeconds(20);

    /// <summary>The egress of the session of the path.</summary>
    /// <exception cref="RefusedException">
    /// It is another host's, not live, of the wrong mode, or another request is at it.
    /// </exception>
    public async ValueTask<Egress> Ensure(Exchange exchange, bool webcamOnly)
    {
        var place = sessions.Of(exchange);
        var lease = ids.Next();
        var session = await changes.Change(
            new(exchange.Now, exchange.Aborted),
            place,
            (found, now) => Begin(found, exchange.Caller, webcamOnly, lease, now));
        return session.Body.StartingHls?.Id == lease ? await Start(place, lease) : session.Body.Egress!;
    }

    private static Decision<LiveSession> Begin(
        State<LiveSession>? found, Caller caller, bool webcamOnly, Guid lease, DateTimeOffset now)
    {
        var session = found.OwnedBy(caller);
        session.RequireLive();
        if (webcamOnly && session.Body.IsRtmp)
        {
            throw LiveStreamErrors.WebcamOnly();
        }

        return session.Body switch
        {
            { Egress.IsOver: false } => Decision.Keep(session),
            { StartingHls: { } other } when other.Until > now => throw LiveStreamErrors.UnderWay(),
            var body => Decision.To(session with { Body = body with { StartingHls = new(lease, now + _life) } }),
        };
    }

    private async ValueTask<Egress> Start(Place<LiveSession> place, Guid lease)
    {
        Egress? egress = null;
        try
        {
            egress = await liveKit.EnsureHls(place.Id, CancellationToken.None);
            return egress;
        }
        finally
        {
            await Note(place, lease, egress);
        }
    }

    private async ValueTask Note(Place<LiveSession> place, Guid lease, Egress? egress) =>
        await changes.Change(new(time.GetUtcNow(), CancellationToken.None), place, (found, _) =>
        {
            var session = found ?? throw LiveStreamErrors.NotFound();
            var body = session.Body;
            return body.StartingHls?.Id == lease
                ? Decision.To(session with { Body = body with { StartingHls = null, Egress = egress ?? body.Egress } })
                : Decision.Keep(session);
        });
}
