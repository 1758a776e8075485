using Sessions.Http.Streams;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// Sees for all inboxes of this process what others write: one look for all sessions and all users, however many there
/// are, and none while no inbox is open. A look at rest is one store call, every two seconds at last.
/// </summary>
public sealed class ActivityWatch(IDocumentStore store, WriteSignals signals, TimeProvider time)
    : IDisposable
{
    private const int PageSize = 1000;

    // Whoever comes back after a long time looks at each session rather than at all that has happened meanwhile.
    private const int MostPages = 5;

    private static readonly TimeSpan _firstWait = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan _lastWait = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private Dictionary<(string Partition, string Id), DueDocument> _seen = [];
    private CancellationTokenSource? _watching;
    private int _watchers;
    private long _seenUpTo;

    /// <summary>When the last look began that has told of all that it found.</summary>
    public DateTimeOffset SeenUpTo
    {
        get => new(Interlocked.Read(ref _seenUpTo), TimeSpan.Zero);
        private set => Interlocked.Exchange(ref _seenUpTo, value.UtcTicks);
    }

    /// <summary>Watches until disposed: who listens is told of what others write.</summary>
    public IDisposable Watch()
    {
        lock (_gate)
        {
            if (_watchers++ == 0)
            {
                (SeenUpTo, _seen) = (time.GetUtcNow(), []);
                _watching = new();
                _ = Run(_watching.Token);
            }
        }

        return new Watcher(this);
    }

    /// <summary>Where something was written since a moment; null when that is too much to ask for.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<IReadOnlySet<string>?> Since(DateTimeOffset moment, CancellationToken cancellation)
    {
        var found = await Find(moment, MostPages, cancellation);
        return found?.Select(one => one.Partition).ToHashSet(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _watching?.Cancel();
            _watching?.Dispose();
            _watching = null;
        }
    }

    private async Task Run(CancellationToken stop)
    {
        var wait = _firstWait;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(wait, time, stop);
                wait = await Look(stop) ? _firstWait : wait < _lastWait ? wait * 2 : _lastWait;
            }
            catch (StoreFaultException)
            {
                wait = _lastWait;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    // Whether there was anything new.
    private async Task<bool> Look(CancellationToken stop)
    {
        var (began, seen) = (time.GetUtcNow(), _seen);

        // What is written between two pages is on both.
        var found = (await Find(SeenUpTo - InboxPlace.Lag, int.MaxValue, stop))!
            .GroupBy(one => (one.Partition, one.Id))
            .ToDictionary(same => same.Key, same => same.Last());
        var news = found.Where(one => seen.GetValueOrDefault(one.Key)?.ETag != one.Value.ETag).ToList();
        foreach (var (_, one) in news)
        {
            signals.Tell(one.Kind == FollowingKind.One.Name
                ? FollowingKind.ListOf(one.Partition, one.Index!)
                : one.Partition);
        }

        (_seen, SeenUpTo) = (found, began);
        return news.Count > 0;
    }

    // Null when there are more pages of a kind than that.
    private async ValueTask<List<DueDocument>?> Find(
        DateTimeOffset moment, int mostPages, CancellationToken cancellation)
    {
        List<DueDocument> all = [];
        var query = new DueQuery(Activity.Kinds, Activity.Latest, 1) { From = Activity.DueAt(moment) };
        if ((await store.ReadDue(query, cancellation)).OrNull() is [])
        {
            return all;
        }

        foreach (var kind in Activity.Kinds)
        {
            var (pages, next) = (0, query with { Kinds = [kind], Limit = PageSize });
            while ((await store.ReadDue(next, cancellation)).OrNull() is [.., var last] page)
            {
                all.AddRange(page);
                next = next with { After = last };
                if (++pages == mostPages)
                {
                    return null;
                }
            }
        }

        return all;
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_watchers == 0)
            {
                Dispose();
            }
        }
    }

    private sealed class Watcher(ActivityWatch watch) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                watch.Leave();
            }
        }
    }
}
