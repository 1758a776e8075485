namespace Sessions.Simulation;

/// <summary>The clock of one process: it may be wrong, but what waits for a time waits as long as that is.</summary>
internal sealed class SimulatedClock(Scheduler scheduler, Process process) : TimeProvider
{
    /// <summary>When all simulations begin.</summary>
    public static DateTimeOffset Epoch { get; } = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);

    /// <summary>How far ahead it is.</summary>
    public TimeSpan Skew { get; set; }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Epoch + scheduler.Now + Skew;

    /// <inheritdoc/>
    public override long GetTimestamp() => scheduler.Now.Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(SimulatedClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;
        private int _set;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            var set = ++_set;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Wait(dueTime, set);
            }

            return true;
        }

        public void Dispose() => _set++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Wait(TimeSpan wait, int set) =>
            clock.Scheduler.After(wait, clock.Process, () => clock.Scheduler.Ready(clock.Process, () => Fire(set)));

        private void Fire(int set)
        {
            if (set != _set)
            {
                return;
            }

            if (_period > TimeSpan.Zero)
            {
                Wait(_period, set);
            }

            callback(state);
        }
    }

    private Scheduler Scheduler => scheduler;

    private Process Process => process;
}

/// <summary>Ids of the simulation: as good as random, and always the same.</summary>
internal sealed class SimulatedIds(Scheduler scheduler) : Lifecycle.IIdSource
{
    /// <inheritdoc/>
    public Guid Next()
    {
        scheduler.RequireInside();
        Span<byte> bytes = stackalloc byte[16];
        scheduler.Bytes.NextBytes(bytes);
        return Lifecycle.Uuid.From(bytes);
    }
}
