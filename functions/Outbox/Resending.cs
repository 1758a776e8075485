using Sessions.Storage;

namespace Sessions.Outbox;

/// <summary>
/// Sends events again because somebody says so. Each goes back to its place in its lane, with the id that its target
/// knows it by, and is tried for days again.
/// </summary>
internal sealed class Resending(
    IDocumentStore store,
    Attempts attempts,
    OutboxBell bell,
    Targets targets,
    OutboxSettings settings,
    TimeProvider time)
{
    private readonly IDocumentStore _store = store.For(StoreWork.Operator);
    private const int MostToACommit = 50;

    /// <summary>Whether an event may be sent again.</summary>
    public bool IsAllowed(OutboxEvent told) => attempts.MayBeRepeated(told);

    /// <summary>Sends these, those of a lane in the order in which they are given.</summary>
    /// <returns>Those that were not on their way already, nor changed by another meanwhile.</returns>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<IReadOnlyList<StoredEvent>> Send(
        IEnumerable<StoredEvent> events, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        List<StoredEvent> sent = [];
        var again = events
            .Where(stored => IsAllowed(stored.Body) && !IsOnItsWay(stored, now))
            .Select(stored => OutboxDocuments.Again(stored, now, now + bell.Lease));
        foreach (var some in again.GroupBy(stored => stored.Document.Partition))
        {
            foreach (var chunk in some.Chunk(MostToACommit))
            {
                sent.AddRange(await Write(some.Key, chunk, cancellation));
            }
        }

        // Only when all of them are where they belong: who serves the lane takes its oldest.
        foreach (var stored in sent)
        {
            targets.Wake(OutboxDocuments.LaneOf(stored.Body));
        }

        bell.Ring([.. sent.Select(stored => stored.Body)]);
        return sent;
    }

    // Somebody may be sending it who has it leased. Whether all its attempts came to an end tells, too.
    private bool IsOnItsWay(StoredEvent stored, DateTimeOffset now) =>
        OutboxDocuments.StateOf(stored.Document) is EventState.Waiting
        && stored.Document.DueAt > now && stored.Document.DueAt <= now + settings.Lease
        && !(stored.Body.Attempts > 0 && stored.Body.Attempts == EndedAttempts(stored.Body));

    private static int EndedAttempts(OutboxEvent told) =>
        (told.Made ?? []).Count(made => made.At >= (told.ResentAt ?? told.At));

    private async ValueTask<IReadOnlyList<StoredEvent>> Write(
        string partition, IReadOnlyList<StoredEvent> events, CancellationToken cancellation)
    {
        Write[] writes = [.. events.Select(stored => new Write.Replace(stored.Document))];
        if (writes.Length == 1 || writes.Sum(write => (long)CommitRules.BytesOf(write)) <= CommitRules.MaxBodyBytes)
        {
            var result = (await _store.Commit(partition, writes, cancellation)).OrFault();
            if (result.Outcome is StoreOutcome.Done)
            {
                return
                [
                    .. events.Zip(result.ETags, (stored, etag) =>
                        stored with { Document = stored.Document with { ETag = etag } }),
                ];
            }
        }

        List<StoredEvent> sent = [];
        foreach (var stored in writes.Length == 1 ? [] : events)
        {
            sent.AddRange(await Write(partition, [stored], cancellation));
        }

        return sent;
    }
}
