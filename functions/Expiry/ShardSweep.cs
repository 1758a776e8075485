using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Expiry;

/// <summary>
/// Settles what is due in one part of the store. What cannot be settled is looked past, and is tried again ever more
/// seldom.
/// </summary>
internal sealed partial class ShardSweep(
    IEnumerable<IDueKind> kinds,
    OutboxBell outbox,
    RecentDocuments recent,
    StuckDocuments stuck,
    TimeProvider time,
    ExpiryMetrics metrics,
    ILogger<Sweep> log)
{
    /// <summary>How many documents are looked for at a time.</summary>
    public const int ReadSize = 1000;

    private readonly Dictionary<string, IDueKind> _kinds = kinds.ToDictionary(kind => kind.Name);

    /// <summary>Looks what is due.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public ValueTask<IReadOnlyList<DueDocument>> Look(IDocumentStore store, CancellationToken cancellation) =>
        Look(store, _kinds.Keys, null, cancellation);

    /// <summary>Settles until nothing more is due, or until another is to go on.</summary>
    /// <param name="store">The store, for this part.</param>
    /// <param name="found">What was found due just now; null to look.</param>
    /// <param name="turn">Says whether it is to go on, and is told what was settled.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async Task Run(
        IDocumentStore store, IReadOnlyList<DueDocument>? found, SweepTurn turn, CancellationToken cancellation)
    {
        var page = found ?? await Look(store, cancellation);
        while (page.Count > 0 && await Settle(store, page, turn, cancellation) == page.Count && turn.GoesOn)
        {
            page = await Look(store, cancellation);
        }

        // Something stands before what is due after it, or nothing is left.
        for (var settled = -1; settled != 0 && page.Count > 0 && turn.GoesOn;)
        {
            settled = 0;
            foreach (var kind in _kinds.Keys)
            {
                settled += await LookPast(store, kind, turn, cancellation);
            }
        }
    }

    private async ValueTask<int> LookPast(
        IDocumentStore store, string kind, SweepTurn turn, CancellationToken cancellation)
    {
        var total = 0;
        DueDocument? after = null;
        while (turn.GoesOn && await Look(store, [kind], after, cancellation) is { Count: > 0 } page)
        {
            var settled = await Settle(store, page, turn, cancellation);
            total += settled;

            // What was settled is not found again, and what was not need not be.
            after = settled < page.Count ? page[^1] : after;
        }

        return total;
    }

    private async ValueTask<IReadOnlyList<DueDocument>> Look(
        IDocumentStore store, IReadOnlyCollection<string> kinds, DueDocument? after, CancellationToken cancellation) =>
        (await store.ReadDue(new(kinds, time.GetUtcNow(), ReadSize) { After = after }, cancellation)).OrNull()!;

    private async ValueTask<int> Settle(
        IDocumentStore store, IReadOnlyList<DueDocument> page, SweepTurn turn, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var due = page.Where(one => !stuck.IsLeft(one, now)).ToList();
        var changes = new SweepChange[due.Count];
        var atOnce = SideBySide.Options(turn.Parallelism, cancellation);
        await Parallel.ForAsync(0, due.Count, atOnce, async (i, stop) =>
        {
            await store.GiveWay([], stop);
            changes[i] = await ChangeOf(store, due[i], now, stop);
        });

        var settled = 0;
        await Parallel.ForEachAsync(SweepBatch.Gather(changes), atOnce, async (batch, stop) =>
            Interlocked.Add(ref settled, await Commit(store, batch, now, stop)));
        turn.Add(settled);
        return settled;
    }

    // When one document of a batch has changed since it was read, or cannot be written, the others are settled one by
    // one.
    private async ValueTask<int> Commit(
        IDocumentStore store, SweepBatch batch, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await Commits(store, batch, now, cancellation))
        {
            return batch.Changes.Count;
        }

        var settled = 0;
        foreach (var change in batch.Changes.Count > 1 ? batch.Changes : [])
        {
            settled += await Commits(store, new(batch.Partition, [change]), now, cancellation) ? 1 : 0;
        }

        return settled;
    }

    [SuppressMessage("Design", "CA1031", Justification = "One bad change or full partition keeps no others.")]
    private async ValueTask<bool> Commits(
        IDocumentStore store, SweepBatch batch, DateTimeOffset now, CancellationToken cancellation)
    {
        var writes = batch.Writes;
        try
        {
            await store.GiveWay(writes, cancellation);
            var result = (await store.Commit(batch.Partition, writes, cancellation)).OrFault();
            foreach (var change in batch.Changes)
            {
                recent.Forget(batch.Partition, change.Draft);
            }

            if (result.Outcome is StoreOutcome.Done)
            {
                outbox.RingKept([.. batch.Changes.SelectMany(change => change.Draft.Told)], writes, result);
                Settled(batch);
                return true;
            }

            // What somebody else has changed comes again. What is in the way of a new document stays there.
            if (result.Outcome is StoreOutcome.Conflict && batch.Changes is [var refused])
            {
                LogConflict(refused.Due.Kind, refused.Due.Id);
                stuck.Failed(refused.Due, now);
            }
        }
        catch (Exception bug)
            when (bug is not (StoreFaultException { Outcome: not StoreOutcome.Full } or OperationCanceledException))
        {
            if (batch.Changes is [var bad])
            {
                LogBug(bug, bad.Due.Kind, bad.Due.Id);
                stuck.Failed(bad.Due, now);
            }
        }

        return false;
    }

    private void Settled(SweepBatch batch)
    {
        foreach (var change in batch.Changes)
        {
            stuck.Settled(change.Due);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "One bad document must not keep the others.")]
    private async ValueTask<SweepChange> ChangeOf(
        IDocumentStore store, DueDocument due, DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            if ((await store.ReadFound(due, cancellation)).OrNull() is not { DueAt: { } at } document || at > now)
            {
                return new(due, new Draft(now, outbox.Lease));
            }

            metrics.Settling(document, now);
            var decision = await _kinds[document.Kind].WhenDue(document, now, cancellation);
            return new(due, new Draft(decision, null, overOld: false, now, outbox.Lease));
        }
        catch (Exception bug) when (bug is not (StoreFaultException or OperationCanceledException))
        {
            LogBug(bug, due.Kind, due.Id);
            stuck.Failed(due, now);
            return new(due, new Draft(now, outbox.Lease));
        }
    }

    [LoggerMessage(11, LogLevel.Error, "The {Kind} {Id} could not be settled; it is left alone for a while")]
    private partial void LogBug(Exception bug, string kind, string id);

    [LoggerMessage(12, LogLevel.Error, "The {Kind} {Id} could not be settled: what it makes is there already")]
    private partial void LogConflict(string kind, string id);
}

/// <summary>A turn at one part of the store: how it goes on, and what came of it.</summary>
/// <param name="parallelism">How many documents are looked at side by side.</param>
internal sealed class SweepTurn(int parallelism)
{
    private int _settled;
    private volatile bool _isOver;

    /// <summary>How many documents are looked at side by side.</summary>
    public int Parallelism => parallelism;

    /// <summary>What is done in it.</summary>
    public Task Work { get; private set; } = Task.CompletedTask;

    /// <summary>Takes note of what is done in it.</summary>
    public void Begin(Task work) => Work = work;

    /// <summary>Whether to go on when a page is done.</summary>
    public bool GoesOn => !_isOver;

    /// <summary>How many documents were settled.</summary>
    public int Settled => Volatile.Read(ref _settled);

    /// <summary>Takes note of what was settled.</summary>
    public void Add(int settled) => Interlocked.Add(ref _settled, settled);

    /// <summary>It ends with the page that it is at.</summary>
    public void End() => _isOver = true;
}

/// <summary>What settles one due document; empty when nothing does.</summary>
/// <param name="Due">The document.</param>
/// <param name="Draft">What is written for it.</param>
internal sealed record SweepChange(DueDocument Due, Draft Draft)
{
    public string Partition => Due.Partition;

    public IReadOnlyList<Write> Writes => Draft.Writes;
}

/// <summary>
/// Changes of one partition that go into one commit: at most 25 writes and 200 KB, none of one document twice. A
/// change is never torn; of two that write the same document, the second finds itself too late and is due again in the
/// next round.
/// </summary>
internal sealed record SweepBatch(string Partition, IReadOnlyList<SweepChange> Changes)
{
    // A change may be larger than this, but then it goes alone: what is large leaves room for others in between. A
    // hundred writes take SQLite ten milliseconds, and a physical partition of Cosmos DB the units of a second.
    private const int MaxWrites = 25;
    private const int MaxBytes = 200_000;

    public IReadOnlyList<Write> Writes => [.. Changes.SelectMany(change => change.Writes)];

    public static IEnumerable<SweepBatch> Gather(IEnumerable<SweepChange> changes) =>
        changes.Where(change => change.Writes.Count > 0).GroupBy(change => change.Partition).SelectMany(Split);

    private static IEnumerable<SweepBatch> Split(IGrouping<string, SweepChange> partition)
    {
        List<SweepChange> batch = [];
        HashSet<string> written = new(StringComparer.Ordinal);
        var bytes = 0L;
        foreach (var change in partition)
        {
            var ids = change.Writes.Select(write => write.DocumentId).ToList();
            var size = change.Writes.Sum(write => (long)CommitRules.BytesOf(write));
            if (batch.Count > 0 && (written.Count + ids.Count > MaxWrites || bytes + size > MaxBytes
                || written.Overlaps(ids)))
            {
                yield return new(partition.Key, batch);
                (batch, bytes) = ([], 0);
                written.Clear();
            }

            bytes += size;

            batch.Add(change);
            written.UnionWith(ids);
        }

        yield return new(partition.Key, batch);
    }
}
