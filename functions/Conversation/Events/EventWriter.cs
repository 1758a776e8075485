using System.Collections.Concurrent;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Makes things happen in sessions.</summary>
public sealed class EventWriter(IDocumentStore store, SessionReader reader, EventSignals signals)
{
    private readonly ConcurrentDictionary<(string Heads, string SessionId), EventLane> _lanes = new();

    /// <summary>Lets something happen, once its rule allows it.</summary>
    /// <param name="heads">Where the session's head lies.</param>
    /// <param name="sessionId">The session's id.</param>
    /// <param name="proposal">What is to happen.</param>
    /// <param name="cancellation">Ends the waiting, not the writing.</param>
    /// <exception cref="Http.RefusedException">There is no such session, or the rule refuses.</exception>
    /// <exception cref="StoreFaultException">The store failed; the event may have been written or not.</exception>
    internal Task<Outcome> Append(string heads, string sessionId, Proposal proposal, CancellationToken cancellation)
    {
        var pending = new Pending(proposal);
        var key = (heads, sessionId);
        while (true)
        {
            var lane = _lanes.GetOrAdd(key, _ => new(store, reader, signals, heads, sessionId));
            if (lane.TryAdd(pending, out var run))
            {
                if (run)
                {
                    _ = Run(key, lane);
                }

                return pending.Outcome.WaitAsync(cancellation);
            }

            _lanes.TryRemove(new(key, lane));
        }
    }

    /// <summary>Tells of an update that is in the head. When that fails, the timer tells of it.</summary>
    internal async Task Tell(string heads, string sessionId, DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            await Append(heads, sessionId, new(now, _ => Step.None), cancellation);
        }
        catch (StoreFaultException)
        {
        }
    }

    private async Task Run((string Heads, string SessionId) key, EventLane lane)
    {
        await lane.Run();
        _lanes.TryRemove(new(key, lane));
    }
}
