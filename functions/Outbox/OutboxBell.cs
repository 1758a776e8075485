using System.Collections.Concurrent;
using Sessions.Storage;

namespace Sessions.Outbox;

/// <summary>What a commit rings when events are ready to go.</summary>
public sealed class OutboxBell
{
    private readonly WaitingLanes _lanes;
    private readonly OwnEvents _own;

    internal OutboxBell(WaitingLanes lanes, OwnEvents own, OutboxSettings settings) =>
        (_lanes, _own, Lease) = (lanes, own, settings.FirstLease);

    /// <summary>How long an event is left to who has written it, and rings.</summary>
    public TimeSpan Lease { get; }

    /// <summary>
    /// Sends these as soon as possible. To be called after their commit, and never waits; when a ring is lost, or there
    /// is no room, the timer sends them.
    /// </summary>
    public void Ring(IReadOnlyList<OutboxEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            LineUp(events[i]);
        }
    }

    /// <summary>The same, of those that a commit has kept: what nobody listened for is not.</summary>
    /// <param name="events">What there was to tell.</param>
    /// <param name="writes">The writes of the commit.</param>
    /// <param name="result">What it came to.</param>
    public void RingKept(IReadOnlyList<OutboxEvent> events, IReadOnlyList<Write> writes, CommitResult result)
    {
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].OnlyFor is [] || OutboxDocuments.IsKept(events[i], writes, result))
            {
                LineUp(events[i]);
            }
        }
    }

    // Before its lane: a worker may be at it in a moment.
    private void LineUp(OutboxEvent told)
    {
        _own.Add(told);
        _ = _lanes.Add(OutboxDocuments.LaneOf(told));
    }
}

/// <summary>
/// The events that this process has just written, and that are leased to it: it may send them without asking. What is
/// forgotten here waits for the timer.
/// </summary>
internal sealed class OwnEvents
{
    private const int MostKept = 100_000;
    private readonly ConcurrentDictionary<(string Partition, string Id), bool> _events = new();

    /// <summary>Takes note of an event that was written.</summary>
    public void Add(OutboxEvent told)
    {
        if (_events.Count >= MostKept)
        {
            _events.Clear();
        }

        _events[(told.Partition, OutboxDocuments.IdOf(told))] = true;
    }

    /// <summary>Whether an event is one of them; it is one only once.</summary>
    public bool Take(Document found) => _events.TryRemove((found.Partition, found.Id), out _);
}
