using System.Collections.Immutable;

namespace Sessions.Http.Streams;

/// <summary>
/// Wakes the streams of this process when it has written to a partition that they follow. Only to be faster: streams
/// look into the store by themselves, since other processes write there too.
/// </summary>
public sealed class WriteSignals(TimeProvider time)
{
    private readonly TimeProvider _time = time;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<Listener>> _listeners = new(StringComparer.Ordinal);

    /// <summary>Begins to listen for writes in these partitions, until disposed.</summary>
    internal Listener Listen(params IEnumerable<string> partitions)
    {
        var listener = new Listener(this);
        foreach (var partition in partitions)
        {
            listener.Add(partition);
        }

        return listener;
    }

    /// <summary>Tells that a partition was written to.</summary>
    public void Tell(string partition)
    {
        List<TaskCompletionSource> woken = [];
        lock (_gate)
        {
            foreach (var listener in _listeners.GetValueOrDefault(partition) ?? [])
            {
                if (listener.Hear(partition) is { } waiting)
                {
                    woken.Add(waiting);
                }
            }
        }

        woken.ForEach(one => one.TrySetResult());
    }

    /// <summary>Who listens, to one partition or to many. One reader has it, who looks and then waits.</summary>
    internal sealed class Listener : IDisposable
    {
        private readonly WriteSignals _signals;
        private readonly HashSet<string> _partitions = new(StringComparer.Ordinal);
        private readonly ITimer _timer;
        private HashSet<string> _heard = new(StringComparer.Ordinal);
        private TaskCompletionSource? _waiting;
        private bool _hasNews;

        public Listener(WriteSignals signals)
        {
            _signals = signals;
            _timer = signals._time.CreateTimer(
                static listener => ((Listener)listener!).Wake(),
                this,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
        }

        /// <summary>Listens to this partition, too.</summary>
        public void Add(string partition)
        {
            lock (_signals._gate)
            {
                _partitions.Add(partition);
                if (!_signals._listeners.TryGetValue(partition, out var listeners))
                {
                    _signals._listeners[partition] = listeners = [];
                }

                listeners.Add(this);
            }
        }

        /// <summary>Does not listen to this partition any more.</summary>
        public void Remove(string partition)
        {
            lock (_signals._gate)
            {
                _partitions.Remove(partition);
                _heard.Remove(partition);
                if (_signals._listeners.TryGetValue(partition, out var listeners) && listeners.Remove(this)
                    && listeners.Count == 0)
                {
                    _signals._listeners.Remove(partition);
                }
            }
        }

        /// <summary>A look begins: what is written from now on may not be in it.</summary>
        public void Begin()
        {
            lock (_signals._gate)
            {
                _hasNews = false;
            }
        }

        /// <summary>Waits for a write since the look began, but no longer than this.</summary>
        public async ValueTask Wait(TimeSpan longest, CancellationToken stop)
        {
            // Whoever writes does not run what waits for it; and that goes on where it is.
            var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_signals._gate)
            {
                if (_hasNews)
                {
                    return;
                }

                _waiting = woken;
            }

            await using var stopped = stop.UnsafeRegister(static listener => ((Listener)listener!).Wake(), this);
            _timer.Change(longest, Timeout.InfiniteTimeSpan);
            await woken.Task;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        /// <summary>Whether there was a write since it was last asked where.</summary>
        public bool HasHeard
        {
            get
            {
                lock (_signals._gate)
                {
                    return _heard.Count > 0;
                }
            }
        }

        /// <summary>Where was written since this was last asked.</summary>
        public IReadOnlySet<string> Take()
        {
            lock (_signals._gate)
            {
                if (_heard.Count == 0)
                {
                    return ImmutableHashSet<string>.Empty;
                }

                var heard = _heard;
                _heard = new(StringComparer.Ordinal);
                return heard;
            }
        }

        /// <summary>Takes note of a write; gives whom it wakes.</summary>
        internal TaskCompletionSource? Hear(string partition)
        {
            _heard.Add(partition);
            _hasNews = true;
            var waiting = _waiting;
            _waiting = null;
            return waiting;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _timer.Dispose();
            foreach (var partition in _partitions.ToList())
            {
                Remove(partition);
            }
        }

        private void Wake()
        {
            TaskCompletionSource? waiting;
            lock (_signals._gate)
            {
                waiting = _waiting;
                _waiting = null;
            }

            waiting?.TrySetResult();
        }
    }
}
