using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.Hosting;
using Sessions.Storage;

namespace Sessions.Http.Streams;

/// <summary>
/// Wakes the streams of this process when something was written that they follow: what it writes itself at once, and
/// what others write as the one watch of the process sees it. A stream then reads the store, which has the truth. It
/// wakes them by the clock, too, all of them by one timer.
/// </summary>
public sealed class WriteSignals : IMoveListener, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Listener>> _listeners = new(StringComparer.Ordinal);
    private readonly WakeUps _wakeUps;

    /// <summary>Nobody listens yet.</summary>
    public WriteSignals(TimeProvider time, IHostApplicationLifetime host)
    {
        _wakeUps = new(time, _gate);
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
        List<Listener> woken = [];
        lock (_gate)
        {
            Tell(partition, null, TimeSpan.Zero, woken);
        }

        woken.ForEach(one => one.GoOn());
    }

    /// <inheritdoc/>
    public bool Hear(Moves moves)
    {
        List<Listener> woken = [];
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

        woken.ForEach(one => one.GoOn());
        return isFollowed;
    }

    /// <inheritdoc/>
    public void Dispose() => _wakeUps.Dispose();

    private void End()
    {
        List<Listener> woken;
        lock (_gate)
        {
            AreOver = true;
            woken = [.. _listeners.Values.SelectMany(all => all).Where(listener => listener.Wakes())];
        }

        woken.ForEach(one => one.GoOn());
    }

    // Whether anybody listens.
    private bool Tell(string topic, string? version, TimeSpan lag, List<Listener> woken)
    {
        if (!_listeners.TryGetValue(topic, out var listeners))
        {
            return false;
        }

        foreach (var listener in listeners)
        {
            if (listener.Hears(topic, version, lag))
            {
                woken.Add(listener);
            }
        }

        return true;
    }

    /// <summary>
    /// Who listens, to one partition or to many. One reader has it, who looks and then waits; while he does, it is
    /// nearly all that is kept of him here, so it is small.
    /// </summary>
    internal sealed class Listener(WriteSignals signals) : IValueTaskSource<bool>, IDisposable
    {
        private static readonly Dictionary<string, string?> _nothing = [];
        private string? _partition;
        private HashSet<string>? _others;
        private Dictionary<string, string?>? _heard;
        private ManualResetValueTaskSourceCore<bool> _wait;
        private CancellationTokenRegistration _gone;
        private TimeSpan _lag;
        private bool _isForBeat;
        private bool _isOver;

        /// <summary>Whether the reader waits.</summary>
        public bool IsWaiting { get; private set; }

        /// <summary>Until when, at the longest.</summary>
        public long WakesAt { get; set; } = long.MaxValue;

        /// <summary>When that is looked at; sooner, where an earlier wait has ended before its time.</summary>
        public long IsLookedAtAt { get; set; } = long.MaxValue;

        /// <summary>Waits for nothing any more when the reader has gone.</summary>
        public void EndBy(CancellationToken gone) => _gone = gone.UnsafeRegister(
            static listener => ((Listener)listener!).Leave(), this);

        /// <summary>Listens to these partitions, too.</summary>
        public void Add(params IEnumerable<string> partitions)
        {
            lock (signals._gate)
            {
                foreach (var partition in partitions)
                {
                    if (Keep(partition))
                    {
                        ref var listeners = ref CollectionsMarshal.GetValueRefOrAddDefault(
                            signals._listeners, partition, out _);
                        (listeners ??= new(1)).Add(this);
                    }
                }
            }
        }

        /// <summary>Does not listen to this partition any more.</summary>
        public void Remove(string partition)
        {
            lock (signals._gate)
            {
                _partition = _partition == partition ? null : _partition;
                _others?.Remove(partition);
                _heard?.Remove(partition);
                if (signals._listeners.TryGetValue(partition, out var listeners) && listeners.Remove(this)
                    && listeners.Count == 0)
                {
                    signals._listeners.Remove(partition);
                }
            }
        }

        /// <summary>What was heard since this was last asked: what is told from now on comes with the next.</summary>
        public Heard Take()
        {
            lock (signals._gate)
            {
                var heard = new Heard(_heard ?? _nothing, _lag);
                (_heard, _lag) = (null, TimeSpan.Zero);
                return heard;
            }
        }

        /// <summary>
        /// Waits until something is heard, but no longer than this, or until the process stops; whether anything was
        /// heard.
        /// </summary>
        /// <param name="longest">How long.</param>
        /// <param name="forBeat">
        /// Whether little is to be done when it is over: all for whom it is so go on one after the other, where the
        /// clock is looked at. To hand each to a thread of its own would cost more than what it does.
        /// </param>
        public ValueTask<bool> Wait(TimeSpan longest, bool forBeat)
        {
            lock (signals._gate)
            {
                if (_heard is not null || _isOver || signals.AreOver)
                {
                    return new(_heard is not null);
                }

                _wait.Reset();
                (IsWaiting, _isForBeat) = (true, forBeat);
                signals._wakeUps.Set(this, longest);
                return new(this, _wait.Version);
            }
        }

        /// <summary>Takes note of a write; whether it wakes the reader.</summary>
        internal bool Hears(string topic, string? version, TimeSpan lag)
        {
            // Of several only the last is to be looked for, but what was told without one is looked for in any case.
            _heard ??= new(StringComparer.Ordinal);
            _heard[topic] = _heard.TryGetValue(topic, out var before) && before is null ? null : version;
            _lag = lag > _lag ? lag : _lag;
            return Wakes();
        }

        /// <summary>Waits no more; whether the reader did, who is then to be told so outside of the lock.</summary>
        internal bool Wakes()
        {
            (var wasWaiting, IsWaiting) = (IsWaiting, false);
            return wasWaiting;
        }

        /// <summary>Tells a reader so.</summary>
        /// <param name="byClock">Whether the time is over that the reader has waited for at the longest.</param>
        internal void GoOn(bool byClock = false)
        {
            // Whoever writes does not run what waits for it.
            _wait.RunContinuationsAsynchronously = !(byClock && _isForBeat);
            _wait.SetResult(true);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _gone.Unregister();
            lock (signals._gate)
            {
                _isOver = true;
                foreach (var partition in _others?.ToList() ?? [])
                {
                    Remove(partition);
                }

                if (_partition is { } last)
                {
                    Remove(last);
                }

                // It may be looked at later, and is not to keep its reader until then.
                _wait.Reset();
            }
        }

        // Whether it is one more. Most have but one.
        private bool Keep(string partition)
        {
            if (_partition is null && _others?.Contains(partition) is not true)
            {
                _partition = partition;
                return true;
            }

            return partition != _partition && (_others ??= new(StringComparer.Ordinal)).Add(partition);
        }

        private void Leave()
        {
            lock (signals._gate)
            {
                _isOver = true;
                if (!Wakes())
                {
                    return;
                }
            }

            GoOn();
        }

        bool IValueTaskSource<bool>.GetResult(short token)
        {
            _wait.GetResult(token);
            lock (signals._gate)
            {
                return _heard is not null;
            }
        }

        ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

        void IValueTaskSource<bool>.OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _wait.OnCompleted(continuation, state, token, flags);
    }
}
