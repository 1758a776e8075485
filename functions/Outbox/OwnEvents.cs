using System.Collections.Concurrent;
using Sessions.Storage;

namespace Sessions.Outbox;

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
