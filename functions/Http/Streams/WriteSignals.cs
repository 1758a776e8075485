using System.Collections.Immutable;

namespace Sessions.Http.Streams;

/// <summary>
/// Wakes the streams of this process when it has written to a partition that they follow. Only to be faster: streams
/// look into the store by themselves, since other processes write there too.
/// </summary>
public sealed class WriteSignals
{
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
        List<TaskCompletionSource> raised;
        lock (_gate)
        {
            if (!_listeners.TryGetValue(partition, out var listeners))
            {
                return;
            }

            raised = [.. listeners.Select(one => one.Hear(partition))];
        }

        raised.ForEach(one => one.SetResult());
    }

    /// <summary>Who listens, to one partition or to many.</summary>
    internal sealed class Listener(WriteSignals signals) : IDisposable
    {
        private readonly HashSet<string> _partitions = new(StringComparer.Ordinal);
        private HashSet<string> _heard = new(StringComparer.Ordinal);
        private TaskCompletionSource _raised = NewSource();

        /// <summary>The next write.</summary>
        public Task Next
        {
            get
            {
                lock (signals._gate)
                {
                    return _raised.Task;
                }
            }
        }

        /// <summary>Listens to this partition, too.</summary>
        public void Add(string partition)
        {
            lock (signals._gate)
            {
                _partitions.Add(partition);
                if (!signals._listeners.TryGetValue(partition, out var listeners))
                {
                    signals._listeners[partition] = listeners = [];
                }

                listeners.Add(this);
            }
        }

        /// <summary>Does not listen to this partition any more.</summary>
        public void Remove(string partition)
        {
            lock (signals._gate)
            {
                _partitions.Remove(partition);
                _heard.Remove(partition);
                if (signals._listeners.TryGetValue(partition, out var listeners) && listeners.Remove(this)
                    && listeners.Count == 0)
                {
                    signals._listeners.Remove(partition);
                }
            }
        }

        /// <summary>Whether there was a write since it was last asked where.</summary>
        public bool HasHeard
        {
            get
            {
                lock (signals._gate)
                {
                    return _heard.Count > 0;
                }
            }
        }

        /// <summary>Where was written since this was last asked.</summary>
        public IReadOnlySet<string> Take()
        {
            lock (signals._gate)
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

        /// <summary>Takes note of a write; gives what is to be told of it.</summary>
        internal TaskCompletionSource Hear(string partition)
        {
            _heard.Add(partition);
            var raised = _raised;
            _raised = NewSource();
            return raised;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            foreach (var partition in _partitions.ToList())
            {
                Remove(partition);
            }
        }

        private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
