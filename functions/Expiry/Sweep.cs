using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Expiry;

/// <summary>
/// Settles every document whose time has come and forgets what has been kept long enough. Readers do not wait for it:
/// they see an expired session closed at once. Several processes share the parts of the store by the
/// <see cref="SweepPlan"/>; should two meet in one all the same, or one be killed half way, that does no harm, since
/// each write is conditional on the version that was read.
/// </summary>
public sealed partial class Sweep
{
    // What one process has under way, whatever the number of its parts.
    private const int Parallelism = 32;
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);

    private readonly IDocumentStore _whole;
    private readonly IDocumentStore _store;
    private readonly ShardSweep _shards;
    private readonly StuckDocuments _stuck;
    private readonly TimeProvider _time;
    private readonly RealTime _real;
    private readonly ExpiryMetrics _metrics;
    private readonly ILogger<Sweep> _log;
    private readonly ClockLeap _leap;
    private readonly string _name;
    private int _isRunning;

    internal Sweep(
        IDocumentStore store,
        ShardSweep shards,
        StuckDocuments stuck,
        ClockLeap leap,
        IIdSource ids,
        TimeProvider time,
        RealTime real,
        ExpiryMetrics metrics,
        ILogger<Sweep> log)
    {
        (_whole, _store) = (store, store.For(StoreWork.Sweep));
        (_shards, _stuck, _name) = (shards, stuck, ids.Next().ToString("N"));
        (_time, _real, _metrics, _log) = (time, real, metrics, log);
        _leap = leap;
    }

    /// <summary>
    /// Runs until nothing more is due but what others are at, or until the store asks to wait. While it runs in this
    /// process it does not begin again.
    /// </summary>
    /// <returns>How many documents were settled.</returns>
    public async Task<int> Run(CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _isRunning, 1) is 1)
        {
            return 0;
        }

        List<SweepTurn> turns = [];
        try
        {
            if (_leap.IsDoubted(out var leap))
            {
                _metrics.Swept(whole: false);
                LogLeap(leap, ClockLeap.Doubt);
                return 0;
            }

            await Run(turns, cancellation);
            _stuck.ForgetGone(_time.GetUtcNow());
            _metrics.Swept(whole: true);
        }
        catch (StoreFaultException fault)
        {
            _metrics.Swept(whole: false);
            LogFault(fault.Outcome);
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }

        return turns.Sum(turn => turn.Settled);
    }

    private async Task Run(List<SweepTurn> turns, CancellationToken cancellation)
    {
        var shards = (await _store.ReadShards(cancellation)).OrNull()!;
        Dictionary<string, IReadOnlyList<DueDocument>?> due = [];
        foreach (var shard in shards)
        {
            if (await _shards.Look(StoreOf(shard), cancellation) is { Count: > 0 } page)
            {
                due[shard] = page;
            }
        }

        if (due.Count > 0)
        {
            await Share(due, shards.Count, turns, cancellation);
        }

        foreach (var store in shards.Select(StoreOf))
        {
            while (await store.Purge(_time.GetUtcNow(), ShardSweep.ReadSize, cancellation) == ShardSweep.ReadSize)
            {
            }
        }
    }

    // Looks at the plan once in a second, and at once when all is done that was begun. Who has a share coming waits
    // until the others have let go of it.
    private async Task Share(
        Dictionary<string, IReadOnlyList<DueDocument>?> due,
        int all,
        List<SweepTurn> turns,
        CancellationToken cancellation)
    {
        var shares = new SweepShares(_store, _name, _time, _real);
        Dictionary<string, SweepTurn> working = [];
        try
        {
            while (due.Count > 0
                && await shares.Round(due.Keys, working.Keys, all, cancellation) is { } mine)
            {
                foreach (var shard in working.Keys.Except(mine))
                {
                    working[shard].End();
                }

                foreach (var shard in mine.Except(working.Keys))
                {
                    var turn = new SweepTurn(Math.Max(1, Parallelism / mine.Count));
                    turn.Begin(_shards.Run(StoreOf(shard), due[shard], turn, cancellation));
                    turns.Add(turn);
                    working[shard] = turn;
                }

                await Wait(working, cancellation);
                await TakeEnded(working, due);
            }
        }
        finally
        {
            await EndAll(working);
            await Leave(shares, cancellation);
        }
    }

    private async Task Wait(Dictionary<string, SweepTurn> working, CancellationToken cancellation)
    {
        if (working.Count is 0)
        {
            await Task.Delay(_look, _real.Clock, cancellation);
            return;
        }

        try
        {
            await Awaiting.EndsOf(working.Values.Select(turn => turn.Work), _look, _real.Clock, cancellation);
        }
        catch (TimeoutException)
        {
            // They go on.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A part that cannot be read must not keep the others.")]
    private async Task TakeEnded(
        Dictionary<string, SweepTurn> working, Dictionary<string, IReadOnlyList<DueDocument>?> due)
    {
        foreach (var (shard, turn) in working.Where(one => one.Value.Work.IsCompleted).ToList())
        {
            working.Remove(shard);
            due[shard] = null;
            try
            {
                await turn.Work;
            }
            catch (Exception bug) when (bug is not (StoreFaultException or OperationCanceledException))
            {
                LogBug(bug);
            }

            if (turn.GoesOn)
            {
                due.Remove(shard);
            }
        }
    }

    private static async Task EndAll(Dictionary<string, SweepTurn> working)
    {
        foreach (var turn in working.Values)
        {
            turn.End();
        }

        foreach (var turn in working.Values)
        {
            await turn.Work.Quietly();
        }
    }

    // Where it cannot be said, the others find out by themselves.
    private async Task Leave(SweepShares shares, CancellationToken cancellation)
    {
        try
        {
            await shares.Leave(cancellation);
        }
        catch (StoreFaultException fault)
        {
            LogFault(fault.Outcome);
        }
    }

    private IDocumentStore StoreOf(string shard) => _whole.For(StoreWork.Sweep with { Shard = shard });

    [LoggerMessage(10, LogLevel.Warning, "The sweep stops until its next run: the store answered {Outcome}")]
    private partial void LogFault(StoreOutcome outcome);

    [LoggerMessage(14, LogLevel.Warning,
        "The clock went ahead by {Leap} all at once, or the machine slept: nothing is closed for good for {Doubt}")]
    private partial void LogLeap(TimeSpan leap, TimeSpan doubt);

    [LoggerMessage(13, LogLevel.Error, "A part of the store cannot be swept")]
    private partial void LogBug(Exception bug);
}

/// <summary>
/// How late what is due is settled, as <c>sessions.expiry.lag</c> of the meter <c>Sessions</c>, and whether sweeps come
/// to their end, as <c>sessions.expiry.sweeps</c>. Readers do not wait for either; what is late are events and the
/// claims that an ended session frees.
/// </summary>
public sealed class ExpiryMetrics
{
    private readonly Histogram<double> _lag;
    private readonly Counter<long> _sweeps;

    /// <summary>Makes the instruments.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "A meter is its factory's to dispose of.")]
    public ExpiryMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Sessions");
        _lag = meter.CreateHistogram<double>(
            "sessions.expiry.lag", "s", "Time from when a document is due until the sweep settles it.");
        _sweeps = meter.CreateCounter<long>("sessions.expiry.sweeps", "{sweep}", "Sweeps, and how they ended.");
    }

    /// <summary>Records one document that is about to be settled.</summary>
    public void Settling(Document document, DateTimeOffset now)
    {
        if (_lag.Enabled && document.DueAt is { } due)
        {
            _lag.Record((now - due).TotalSeconds, new KeyValuePair<string, object?>("sessions.kind", document.Kind));
        }
    }

    /// <summary>Records one sweep: whether nothing was left to settle, or the store asked to wait.</summary>
    public void Swept(bool whole) =>
        _sweeps.Add(1, new KeyValuePair<string, object?>("sessions.expiry.outcome", whole ? "done" : "stopped"));
}
