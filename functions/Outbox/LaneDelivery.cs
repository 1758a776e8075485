using Microsoft.Extensions.Logging;
using Sessions.Storage;

namespace Sessions.Outbox;

/// <summary>
/// Sends the events of a lane, the oldest first, until it is empty or its first event must wait. Whoever sends an event
/// has moved its due moment before, so that another process lets it be; an event is told at least once.
/// </summary>
internal sealed partial class LaneDelivery(
    IDocumentStore store,
    Attempts attempts,
    OutboxSettings settings,
    RetentionSettings retention,
    TimeProvider time,
    ILogger<LaneDelivery> log)
{
    private const int SettleAttempts = 5;

    /// <summary>Works through the lane.</summary>
    /// <returns>The event that the lane must wait for; null when it is empty.</returns>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async Task<Stored<OutboxEvent>?> Run(Lane lane, CancellationToken cancellation)
    {
        while (true)
        {
            var head = await Head(lane, cancellation);
            if (head is null || !IsReady(head))
            {
                return head;
            }

            if (await Lease(head, cancellation) is { } leased)
            {
                var verdict = await attempts.Make(leased.Body, cancellation);
                await Settle(leased, verdict, cancellation);
            }
        }
    }

    private async Task<Stored<OutboxEvent>?> Head(Lane lane, CancellationToken cancellation) =>
        (await store.List(OutboxDocuments.HeadOf(lane), cancellation)).OrNull() is [var head]
            ? OutboxDocuments.Open(head)
            : null;

    // An event that nobody has tried yet waited only for the ones before it, whatever its due moment says.
    private bool IsReady(Stored<OutboxEvent> head) =>
        head.Body.Attempts == 0 || head.Document.DueAt <= time.GetUtcNow();

    private async Task<Stored<OutboxEvent>?> Lease(Stored<OutboxEvent> head, CancellationToken cancellation)
    {
        var document = OutboxDocuments.Attempt(head, time.GetUtcNow() + settings.Lease);
        Write[] writes = [new Write.Replace(document)];
        var result = (await store.Commit(document.Partition, writes, cancellation)).OrFault();
        return result.Outcome == StoreOutcome.Done
            ? OutboxDocuments.Open(document with { ETag = result.ETags[0] })
            : null;
    }

    private async Task Settle(Stored<OutboxEvent> leased, Verdict verdict, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (verdict == Verdict.Retry && RetryDelays.Next(leased.Body, now) is { } next)
        {
            Write[] later = [new Write.Replace(leased.Document with { DueAt = next })];
            (await store.Commit(leased.Document.Partition, later, cancellation)).OrFault();
            return;
        }

        var taken = verdict == Verdict.Taken;
        if (!taken)
        {
            LogGivenUp(leased.Body.Id, leased.Body.Sender, leased.Body.Attempts);
        }

        await End(leased, taken, now, cancellation);
    }

    private async Task End(Stored<OutboxEvent> leased, bool taken, DateTimeOffset now, CancellationToken cancellation)
    {
        Write end = taken
            ? new Write.Delete(leased.Document.Id, leased.Document.ETag)
            : new Write.Replace(OutboxDocuments.GivenUp(leased.Document, now, retention.Closed));
        for (var attempt = 1; attempt <= SettleAttempts; attempt++)
        {
            var beside = attempt < SettleAttempts
                ? await attempts.Afterwards(leased.Body, taken, now, cancellation)
                : [];
            var result = (await store.Commit(leased.Document.Partition, [end, .. beside], cancellation)).OrFault();
            if (result.Outcome == StoreOutcome.Done || result.FailedWrite == 0)
            {
                return;
            }
        }
    }

    [LoggerMessage(20, LogLevel.Warning, "Event {Event} of {Sender} is given up after {Attempts} attempts")]
    private partial void LogGivenUp(string @event, string sender, int attempts);
}
