namespace Sessions.Http.Streams;

/// <summary>
/// Wakes the streams of this process when it has written to the partition that they follow. Only to be faster: streams
/// look into the store by themselves, since other processes write there too.
/// </summary>
public sealed class WriteSignals
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Signal> _signals = new(StringComparer.Ordinal);

    /// <summary>Begins to listen for writes in a partition, until disposed.</summary>
    public IDisposable Listen(string partition)
    {
        lock (_gate)
        {
            if (!_signals.TryGetValue(partition, out var signal))
            {
                _signals[partition] = signal = new();
            }

            signal.Listeners++;
        }

        return new Listener(this, partition);
    }

    /// <summary>The next write in a partition to which someone listens.</summary>
    public Task Next(string partition)
    {
        lock (_gate)
        {
            return _signals[partition].Raised.Task;
        }
    }

    /// <summary>Tells that a partition was written to.</summary>
    public void Tell(string partition)
    {
        TaskCompletionSource? raised = null;
        lock (_gate)
        {
            if (_signals.TryGetValue(partition, out var signal))
            {
                (raised, signal.Raised) = (signal.Raised, NewSource());
            }
        }

        raised?.SetResult();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Forget(string partition)
    {
        lock (_gate)
        {
            if (--_signals[partition].Listeners == 0)
            {
                _signals.Remove(partition);
            }
        }
    }

    private sealed class Signal
    {
        public int Listeners { get; set; }

        public TaskCompletionSource Raised { get; set; } = NewSource();
    }

    private sealed class Listener(WriteSignals signals, string partition) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                signals.Forget(partition);
            }
        }
    }
}
