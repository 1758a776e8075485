using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;

namespace Sessions.LiveStream;

/// <summary>
/// Makes the ingress of a session of mode rtmp with its create, so that its host can set up the encoder: closed until
/// the start, as LiveKit makes a room for an encoder, too. Without LiveKit the session is made all the same, and its
/// ingress by the start.
/// </summary>
public sealed class EarlyIngress(
    LiveSessionKind sessions, LiveStreamReader reader, Changes changes, ILiveKit liveKit, IIdSource ids,
    TimeProvider time)
{
    /// <summary>The right to make the ingress, to be noted in the session that is made.</summary>
    internal Guid Claim() => ids.Next();

    /// <summary>The ingress of the session that was made, if there is one; for a repeat, that of the first.</summary>
    internal async ValueTask<Ingress?> For(Exchange exchange, State<LiveSession> made, Guid claim)
    {
        if (!made.Body.IsRtmp)
        {
            return null;
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
            var host = exchange.Caller.Name ?? exchange.Caller.Subject;
            ingress = await patience.Within(ends => liveKit.CreateIngress(
                new(made.Id, Rtmp: true, host, Open: false), ends));
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
}
