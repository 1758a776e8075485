using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Expiry;

/// <summary>
/// Settles every document whose time has come and forgets what has been kept long enough. Readers do not wait for it:
/// they see an expired session closed at once. Two sweeps at the same time, or one that is killed half way, do no harm,
/// since each write is conditional on the version that was read.
/// </summary>
public sealed partial class Sweep
{
    private const int ReadSize = 1000;
    private const int Parallelism = 32;

    private readonly IDocumentStore _store;
    private readonly Dictionary<string, IDueKind> _kinds;
    private readonly OutboxBell _outbox;
    private readonly RecentDocuments _recent;
    private readonly TimeProvider _time;
    private readonly ExpiryMetrics _metrics;
    private readonly ILogger<Sweep> _log;

    internal Sweep(
        IDocumentStore store,
        IEnumerable<IDueKind> kinds,
        OutboxBell outbox,
        RecentDocuments recent,
        TimeProvider time,
        ExpiryMetrics metrics,
        ILogger<Sweep> log)
    {
        _store = store.For(StoreWork.Sweep);
        (_outbox, _recent, _time, _metrics, _log) = (outbox, recent, time, metrics, log);
        _kinds = kinds.ToDictionary(kind => kind.Name);
    }

    /// <summary>Runs until nothing more is due, or until the store asks to wait.</summary>
    /// <returns>How many documents were settled.</returns>
    public async Task<int> Run(CancellationToken cancellation)
    {
        var total = 0;
        try
        {
            for (var settled = -1; settled != 0; total += settled)
            {
                settled = await SettleSome(cancellation);
            }

            while (await _store.Purge(_time.GetUtcNow(), ReadSize, cancellation) == ReadSize)
            {
            }

            _metrics.Swept(whole: true);
        }
        catch (StoreFaultException fault)
        {
            _metrics.Swept(whole: false);
            LogFault(fault.Outcome);
        }

        return total;
    }

    private async Task<int> SettleSome(CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        var due = (await _store.ReadDue(new(_kinds.Keys, now, ReadSize), cancellation)).OrNull()!;
        var changes = new SweepChange[due.Count];
        var atOnce = SideBySide.Options(Parallelism, cancellation);
        await Parallel.ForAsync(0, due.Count, atOnce, async (i, stop) =>
        {
            await _store.GiveWay([], stop);
            changes[i] = await ChangeOf(due[i], now, stop);
        });

        var settled = 0;
        await Parallel.ForEachAsync(SweepBatch.Gather(changes), atOnce, async (batch, stop) =>
            Interlocked.Add(ref settled, await Commit(batch, stop)));
        return settled;
    }

    // When one document of a batch has changed since it was read, the others are settled one by one.
    private async ValueTask<int> Commit(SweepBatch batch, CancellationToken cancellation)
    {
        if (await Commits(batch, cancellation))
        {
            return batch.Changes.Count;
        }

        var settled = 0;
        foreach (var change in batch.Changes.Count > 1 ? batch.Changes : [])
        {
            settled += await Commits(new(batch.Partition, [change]), cancellation) ? 1 : 0;
        }

        return settled;
    }

    [SuppressMessage("Design", "CA1031", Justification = "One bad change or full partition keeps no others.")]
    private async ValueTask<bool> Commits(SweepBatch batch, CancellationToken cancellation)
    {
        var writes = batch.Writes;
        try
        {
            await _store.GiveWay(writes, cancellation);
            var result = (await _store.Commit(batch.Partition, writes, cancellation)).OrFault();
            foreach (var change in batch.Changes)
            {
                _recent.Forget(batch.Partition, change.Draft);
            }

            var isDone = result.Outcome is StoreOutcome.Done;
            _outbox.Ring(isDone ? batch.Changes.SelectMany(change => change.Draft.Told) : []);
            return isDone;
        }
        catch (Exception bug)
            when (bug is not (StoreFaultException { Outcome: not StoreOutcome.Full } or OperationCanceledException))
        {
            LogBug(bug, "commit", writes[0].DocumentId);
            return false;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "One bad document must not keep the others.")]
    private async ValueTask<SweepChange> ChangeOf(
        DueDocument due, DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            if ((await _store.ReadFound(due, cancellation)).OrNull() is not { DueAt: { } at } document || at > now)
            {
                return new(due.Partition, new Draft(now, _outbox.Lease));
            }

            _metrics.Settling(document, now);
            var decision = await _kinds[document.Kind].WhenDue(document, now, cancellation);
            return new(document.Partition, new Draft(decision, null, overOld: false, now, _outbox.Lease));
        }
        catch (Exception bug) when (bug is not (StoreFaultException or OperationCanceledException))
        {
            LogBug(bug, due.Kind, due.Id);
            return new(due.Partition, new Draft(now, _outbox.Lease));
        }
    }

    [LoggerMessage(10, LogLevel.Warning, "The sweep stops until its next run: the store answered {Outcome}")]
    private partial void LogFault(StoreOutcome outcome);

    [LoggerMessage(11, LogLevel.Error, "The {Kind} {Id} could not be settled")]
    private partial void LogBug(Exception bug, string kind, string id);
}

/// <summary>What settles one due document; empty when nothing does.</summary>
internal sealed record SweepChange(string Partition, Draft Draft)
{
    public IReadOnlyList<Write> Writes => Draft.Writes;
}

/// <summary>
/// Changes of one partition that go into one commit: at most 100 writes and 200 KB, none of one document twice. A
/// change is never torn; of two that write the same document, the second finds itself too late and is due again in the
/// next round.
/// </summary>
internal sealed record SweepBatch(string Partition, IReadOnlyList<SweepChange> Changes)
{
    // A change may be larger than this, but then it goes alone: what is large leaves room for others in between.
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
            if (batch.Count > 0 && (written.Count + ids.Count > CommitRules.MaxWrites || bytes + size > MaxBytes
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
