using Microsoft.Extensions.Hosting;
using Sessions.Storage;

namespace Sessions.Http.Streams;

/// <summary>
/// Wakes the streams of this process when something was written that they follow: what it writes itself at once, and
/// what others write as the one watch of the process sees it. A stream then reads the store, which has the truth.
/// </summary>
public sealed class WriteSignals : IMoveListener
{
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<Listener>> _listeners = new(StringComparer.Ordinal);

    /// <summary>Nobody listens yet.</summary>
    public WriteSignals(TimeProvider time, IHostApplicationLifetime host)
    {
        _time = time;
        host.ApplicationStopping.UnsafeRegister(static signals => ((WriteSignals)signals!).End(), this);
    }

    /// <summary>Whether the process stops, so that nobody waits any more.</summary>
    internal bool AreOver { get; private set; }

    /// <summary>What is listened to for the documents of a partition with this index.</summary>
    internal static string Of(string partition, string index) => $"{partition}/{index}";

    /// <summary>Begins to listen for writes in these partitions, until disposed.</summary>
    internal Listener Listen(params IEnumerable<string> partitions)
    {
        var listener = new Listener(this);
        listener.Add(partitions);
        return listener;
    }

    /// <summary>Tells that a partition was written to, by this process.</summary>
    public void Tell(string partition)
    {
        List<TaskCompletionSource> woken = [];
        lock (_gate)
        {
            Tell(partition, null, TimeSpan.Zero, woken);
        }

        woken.ForEach(one => one.TrySetResult());
    }

    /// <inheritdoc/>
    public bool Hear(Moves moves)
    {
        List<TaskCompletionSource> woken = [];
        var isFollowed = false;
        lock (_gate)
        {
            foreach (var move in moves.Documents ?? [])
            {
                isFollowed |= Tell(move.Partition, move.ETag, moves.Lag, woken);
                isFollowed |= move.Index is { } index && Tell(Of(move.Partition, index), null, moves.Lag, woken);
            }

            if (moves.Documents is null)
            {
                foreach (var topic in _listeners.Keys)
                {
                    Tell(topic, null, moves.Lag, woken);
                }
            }
        }

        woken.ForEach(one => one.TrySetResult());
        return isFollowed;
    }

    private void End()
    {
        List<TaskCompletionSource> woken = [];
        lock (_gate)
        {
            AreOver = true;
            foreach (var listener in _listeners.Values.SelectMany(all => all))
            {
                if (listener.Woken() is { } waiting)
                {
                    woken.Add(waiting);
                }
            }
        }

        woken.ForEach(one => one.TrySetResult());
    }

    // Whether anybody listens.
    private bool Tell(string topic, string? version, TimeSpan lag, List<TaskCompletionSource> woken)
    {
        if (!_listeners.TryGetValue(topic, out var listeners))
        {
            return false;
        }

        foreach (var listener in listeners)
        {
            if (listener.Hear(topic, version, lag) is { } waiting)
            {
                woken.Add(waiting);
            }
        }

        return true;
    }

    /// <summary>Who listens, to one partition or to many. One reader has it, who looks and then waits.</summary>
    internal sealed class Listener : IDisposable
    {
        private static readonly Dictionary<string, string?> _nothing = [];
        private readonly WriteSignals _signals;
        private readonly HashSet<string> _partitions = new(StringComparer.Ordinal);
        private readonly ITimer _timer;
        private Dictionary<string, string?> _heard = new(StringComparer.Ordinal);
        private TaskCompletionSource? _waiting;
        private TimeSpan _lag;
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

        /// <summary>Listens to these partitions, too.</summary>
        public void Add(params IEnumerable<string> partitions)
        {
            lock (_signals._gate)
            {
                foreach (var partition in partitions)
                {
                    Add(partition);
                }
            }
        }

        private void Add(string partition)
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

        /// <summary>What was heard since this was last asked: what is told from now on comes with the next.</summary>
        public Heard Take()
        {
            lock (_signals._gate)
            {
                var heard = new Heard(_heard.Count == 0 ? _nothing : _heard, _lag);
                (_heard, _lag, _hasNews) = (
                    _heard.Count == 0 ? _heard : new(StringComparer.Ordinal), TimeSpan.Zero, false);
                return heard;
            }
        }

        /// <summary>
        /// Waits until something is heard, but no longer than this, or until the process stops; whether anything was
        /// heard.
        /// </summary>
        public async ValueTask<bool> Wait(TimeSpan longest, CancellationToken aborted)
        {
            // Whoever writes does not run what waits for it; and that goes on where it is.
            var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_signals._gate)
            {
                if (_hasNews || _signals.AreOver)
                {
                    return _hasNews;
                }

                _waiting = woken;
            }

            await using (aborted.UnsafeRegister(static listener => ((Listener)listener!).Wake(), this))
            {
                _timer.Change(longest, Timeout.InfiniteTimeSpan);
                await woken.Task;
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }

            lock (_signals._gate)
            {
                return _hasNews;
            }
        }

        /// <summary>Takes note of a write; gives whom it wakes.</summary>
        internal TaskCompletionSource? Hear(string topic, string? version, TimeSpan lag)
        {
            // Of several only the last is to be looked for, but what was told without one is looked for in any case.
            _heard[topic] = _heard.TryGetValue(topic, out var before) && before is null ? null : version;
            (_hasNews, _lag) = (true, lag > _lag ? lag : _lag);
            return Woken();
        }

        /// <summary>Waits no more; gives who did, to be told so outside of the lock.</summary>
        internal TaskCompletionSource? Woken()
        {
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
                waiting = Woken();
            }

            waiting?.TrySetResult();
        }
    }
}

/// <summary>What a stream has heard of.</summary>
/// <param name="Topics">Where was written, and the version that was told of; null for any.</param>
/// <param name="Lag">How much later a read may still not show it.</param>
internal readonly record struct Heard(IReadOnlyDictionary<string, string?> Topics, TimeSpan Lag);
