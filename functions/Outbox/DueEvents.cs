using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Outbox;

/// <summary>
/// What the timer does: lines up the lanes of whatever is due, be it for another attempt or because the process that
/// wrote it did not live to send it. It looks for names alone. Events that wait behind the first of their lane stay as
/// they are, however many they are: to look over one costs a fiftieth of what it costs to move it on.
/// </summary>
public sealed partial class DueEvents(
    IDocumentStore store,
    WaitingLanes lanes,
    OutboxSettings settings,
    WatchCost cost,
    TimeProvider time,
    ILogger<DueEvents> log)
{
    private readonly IDocumentStore _store = store.For(StoreWork.LeftEvents);
    private const int PageSize = 1000;

    // What one run looks over at most; the next one goes on from there.
    private const int MostLookedAt = 20_000;

    private const int Parallelism = 16;
    private const int MostRemembered = 100_000;

    // How often it looks for what was left by a clock that was ahead, where nobody has seen it put back.
    private static readonly TimeSpan _betweenLooksAhead = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _putBack = TimeSpan.FromMinutes(1);

    // How long one run waits for its events; what is slower goes on by itself.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(8);

    private readonly ConcurrentDictionary<(string Partition, string? Lane), DateTimeOffset> _waiting = new();
    private DueDocument? _from;
    private (DateTimeOffset Now, long Stamp)? _ran;
    private long? _lookedAhead;

    /// <summary>Runs until all that is due was looked at, and waits a few seconds for it to be sent.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        try
        {
            var serving = await LineUp(time.GetUtcNow(), cancellation);
            var left = MayBeLeftAhead() ? await LineUpLeftAhead(time.GetUtcNow(), cancellation) : [];
            await Awaiting.EndsOf([.. serving, .. left], _patience, time, cancellation);
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

    /// <summary>Lines up what is due, and waits for none of it.</summary>
    public async Task LineUpNow(CancellationToken cancellation)
    {
        try
        {
            await LineUp(time.GetUtcNow(), cancellation);
        }
        catch (StoreFaultException fault)
        {
            LogStoreFault(fault.Outcome);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private async Task<IReadOnlyCollection<Task>> LineUp(DateTimeOffset now, CancellationToken cancellation)
    {
        var serving = new ConcurrentDictionary<(string Partition, string? Lane), Task>();
        for (var looked = 0; looked < MostLookedAt;)
        {
            await _store.GiveWay([], cancellation);
            var query = new DueQuery([OutboxDocuments.KindName], now, PageSize) { After = _from };
            var page = (await _store.ReadDue(query, cancellation)).OrNull()!;
            _from = page is [.., var last] ? last : null;
            if (page.Count == 0)
            {
                break;
            }

            looked += page.Count;
            var firsts = page
                .DistinctBy(LaneOf)
                .Where(due => !serving.ContainsKey(LaneOf(due)) && !(_waiting.GetValueOrDefault(LaneOf(due)) > now));
            await Parallel.ForEachAsync(firsts, Options(cancellation), async (due, stop) =>
                serving[LaneOf(due)] = await LineUp(due, stop));
        }

        return [.. serving.Values];
    }

    // A store that is shared by machines has a time of its own, by which all go; see StoreClock.
    private bool MayBeLeftAhead()
    {
        var (now, stamp) = (time.GetUtcNow(), time.GetTimestamp());
        var isPutBack = _ran is { } ran && now < ran.Now + time.GetElapsedTime(ran.Stamp, stamp) - _putBack;
        _ran = (now, stamp);
        if (!cost.IsFree || (!isPutBack
            && _lookedAhead is { } looked && time.GetElapsedTime(looked, stamp) < _betweenLooksAhead))
        {
            return false;
        }

        _lookedAhead = stamp;
        return true;
    }

    // What was left by a clock that was ahead is due by that one, and nobody would ask for it before.
    private async Task<IReadOnlyCollection<Task>> LineUpLeftAhead(DateTimeOffset now, CancellationToken cancellation)
    {
        List<Task> serving = [];
        var query = new DueQuery([OutboxDocuments.KindName], DateTimeOffset.MaxValue, PageSize)
        {
            From = now + settings.Lease,
        };
        for (var looked = 0; looked < MostLookedAt;)
        {
            var page = (await _store.ReadDue(query, cancellation)).OrNull()!;
            foreach (var due in page)
            {
                if ((await _store.ReadFound(due, cancellation)).OrNull() is { } document
                    && OutboxDocuments.Open(document) is { } stored && stored.IsLeftAhead(now, settings)
                    && lanes.Add(OutboxDocuments.LaneOf(stored.Body)) is { } served)
                {
                    serving.Add(served);
                }
            }

            if (page is not [.., var last])
            {
                break;
            }

            looked += page.Count;
            query = query with { After = last };
        }

        return serving;
    }

    // The event is read to learn of its target: any of a lane will do.
    private async ValueTask<Task> LineUp(DueDocument due, CancellationToken cancellation)
    {
        await _store.GiveWay([], cancellation);
        try
        {
            return (await _store.ReadFound(due, cancellation)).OrNull() is { } document
                && OutboxDocuments.Open(document) is { } stored
                && lanes.Add(OutboxDocuments.LaneOf(stored.Body)) is { } served
                    ? Remember(LaneOf(due), served)
                    : Task.CompletedTask;
        }
        catch (JsonException bad)
        {
            // One that cannot be read must not keep the others.
            LogUnreadable(bad, due.Id);
            return Task.CompletedTask;
        }
    }

    private async Task Remember((string Partition, string? Lane) lane, Task<StoredEvent?> served)
    {
        if (_waiting.Count >= MostRemembered)
        {
            _waiting.Clear();
        }

        if (await served is { Document.DueAt: { } until })
        {
            _waiting[lane] = until;
        }
        else
        {
            _waiting.TryRemove(lane, out _);
        }
    }

    private static (string Partition, string? Lane) LaneOf(DueDocument due) => (due.Partition, due.Index);

    private static ParallelOptions Options(CancellationToken cancellation) =>
        SideBySide.Options(Parallelism, cancellation);

    [LoggerMessage(27, LogLevel.Information, "Some targets are slow; their events are still on their way")]
    private partial void LogSlow();

    [LoggerMessage(29, LogLevel.Error, "{Event} cannot be read")]
    private partial void LogUnreadable(Exception bad, string @event);

    [LoggerMessage(28, LogLevel.Warning, "Events wait for the next run: the store answered {Outcome}")]
    private partial void LogStoreFault(StoreOutcome outcome);
}
