using Sessions.Engine;

namespace Sessions.LiveStream;

/// <summary>
/// Takes back the room that LiveKit has of a session that is not live: it makes one for whoever comes with a token, and
/// for an encoder.
/// </summary>
public sealed class TakingBack(
    LiveSessionKind sessions, Changes changes, Settler settler, SessionTidying tidying, TimeProvider time)
{
    /// <summary>
    /// Takes it back now, or leaves it to the timer. A session that may still start is held meanwhile, as by the timer:
    /// a start in the middle would lose its room, or its ingress.
    /// </summary>
    /// <exception cref="Storage.StoreFaultException">The store failed.</exception>
    internal async ValueTask From(State<LiveSession> session, CancellationToken cancellation)
    {
        if (!session.Lifetime.Open)
        {
            using var patience = new LiveKitPatience(time);
            await tidying.Try(session.Id, keep: null, endsRoom: true, patience);
            return;
        }

        var place = sessions.At(session.Partition, session.Id);
        await changes.Change(new(time.GetUtcNow(), cancellation), place, (found, now) =>
            found is { Lifetime.Open: true } && !found.IsLive() && !found.IsHeld(now)
                ? Decision.To(found with { Body = found.Body with { Leftovers = LeftoverRules.Now(found, now) } })
                : Decision.Keep(found ?? session));
        await settler.Settle(sessions, session.Partition, session.Id, time.GetUtcNow(), cancellation);
    }
}
