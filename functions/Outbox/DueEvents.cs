using System.Text.Json;
using Microsoft.Extensions.Logging;
using Sessions.Storage;

namespace Sessions.Outbox;

/// <summary>
/// What the timer does: lines up whatever is due, be it for another attempt or because the process that wrote it did
/// not live to send it.
/// </summary>
public sealed partial class DueEvents(
    IDocumentStore store, WaitingLanes lanes, TimeProvider time, ILogger<DueEvents> log)
{
    private const int ReadSize = 1000;
    private const int MaxRounds = 100;
    private static readonly TimeSpan _busy = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _behind = TimeSpan.FromSeconds(1);

    // How long one run waits for its events; what is slower goes on by itself.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(8);

    /// <summary>Runs until nothing more is due, or for a few seconds when targets are slow.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        try
        {
            for (var round = 0; round < MaxRounds; round++)
            {
                if (await Some(cancellation) < ReadSize)
                {
                    return;
                }
            }
        }
        catch (TimeoutException)
        {
            LogSlow();
        }
        catch (StoreFaultException fault)
        {
            LogStoreFault(fault.Outcome);
        }
    }

    private async Task<int> Some(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var due = (await store.ReadDue([OutboxDocuments.KindName], now, ReadSize, cancellation)).OrNull()!;
        var byLane = due
            .Select(Read)
            .OfType<StoredEvent>()
            .GroupBy(stored => OutboxDocuments.LaneOf(stored.Body), stored => stored.Document);
        await Task.WhenAll(byLane.Select(lane => Serve(lane.Key, [.. lane], cancellation)))
            .WaitAsync(_patience, time, cancellation);
        return due.Count;
    }

    // One that cannot be read must not keep the others.
    private StoredEvent? Read(Document document)
    {
        try
        {
            return OutboxDocuments.Open(document);
        }
        catch (JsonException bad)
        {
            LogUnreadable(bad, document.Id);
            return null;
        }
    }

    // What must wait is moved on, or it would stand in the way of the others that are due.
    private async Task Serve(Lane lane, IReadOnlyList<Document> due, CancellationToken cancellation)
    {
        if (lanes.Add(lane) is not { } served)
        {
            await Postpone(due, time.GetUtcNow() + _busy, cancellation);
        }
        else if (await served is { Document: { DueAt: { } next } head })
        {
            await Postpone([.. due.Where(document => IsBehind(document, head))], next + _behind, cancellation);
        }
    }

    private static bool IsBehind(Document document, Document head) =>
        document.CreatedAt > head.CreatedAt
        || (document.CreatedAt == head.CreatedAt
            && string.CompareOrdinal(document.Id, head.Id) > 0);

    private async Task Postpone(IReadOnlyList<Document> due, DateTimeOffset until, CancellationToken cancellation)
    {
        foreach (var some in due.Chunk(CommitRules.MaxWrites))
        {
            Write[] writes = [.. some.Select(document => new Write.Replace(document with { DueAt = until }))];
            (await store.Commit(some[0].Partition, writes, cancellation)).OrFault();
        }
    }

    [LoggerMessage(27, LogLevel.Information, "Some targets are slow; their events are still on their way")]
    private partial void LogSlow();

    [LoggerMessage(29, LogLevel.Error, "{Event} cannot be read")]
    private partial void LogUnreadable(Exception bad, string @event);

    [LoggerMessage(28, LogLevel.Warning, "Events wait for the next run: the store answered {Outcome}")]
    private partial void LogStoreFault(StoreOutcome outcome);
}
