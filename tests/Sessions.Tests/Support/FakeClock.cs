namespace Sessions.Tests.Support;

/// <summary>
/// A clock that stands still until it is told to move. Timers fire on the thread that moves it, in the order in which
/// they are due, each seeing its own due moment as now.
/// </summary>
public sealed class FakeClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _timers = [];
    private readonly AsyncLocal<FakeClock?> _heldHere;
    private DateTimeOffset _origin;
    private TimeSpan _elapsed;
    private int _held;

    /// <summary>A clock at this moment.</summary>
    public FakeClock(DateTimeOffset start)
    {
        _origin = start.ToUniversalTime();

        // The runtime tells whenever a thread comes to what holds it, and leaves it: to wait, or at its end.
        _heldHere = new(moved => Interlocked.Add(
            ref _held, (moved.CurrentValue is null ? 0 : 1) - (moved.PreviousValue is null ? 0 : 1)));
    }

    /// <summary>A clock at an ordinary moment that is no whole second, so that lost ticks show.</summary>
    public FakeClock()
        : this(new DateTimeOffset(2026, 3, 14, 9, 26, 53, TimeSpan.Zero).AddTicks(5_897_932))
    {
    }

    /// <summary>
    /// The moment it shows, UTC. Setting it forward fires what comes due on the way; setting it back fires nothing and
    /// delays no timer, as with a machine whose clock is put right.
    /// </summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_gate)
            {
                return _origin + _elapsed;
            }
        }

        set
        {
            var step = value - Now;
            if (step >= TimeSpan.Zero)
            {
                Advance(step);
                return;
            }

            lock (_gate)
            {
                _origin += step;
            }
        }
    }

    /// <summary>
    /// Puts it ahead, or back, as somebody puts a machine's clock: no time goes by, and no timer fires.
    /// </summary>
    public void Put(TimeSpan ahead)
    {
        lock (_gate)
        {
            _origin += ahead;
        }
    }

    /// <summary>How long until the next timer fires; null when there is none.</summary>
    public TimeSpan? UntilNext
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count == 0 ? null : _timers.Min(timer => timer.Due) - _elapsed;
            }
        }
    }

    /// <summary>Whether something is at work for which no time goes by, such as a store that answers.</summary>
    public bool IsHeld => Volatile.Read(ref _held) > 0;

    /// <summary>Something is at work until what is given is disposed of. It asks who moves the clock to wait.</summary>
    public IDisposable Hold()
    {
        Interlocked.Increment(ref _held);
        return new Held(this);
    }

    /// <summary>
    /// What its caller goes on to do, and all that comes of it, holds the clock for as long as a thread is at it, be
    /// it that its code is compiled; not while it waits.
    /// </summary>
    public void HoldWhileAtWork() => _heldHere.Value = this;

    /// <summary>How many timers have been started so far.</summary>
    public int TimersStarted { get; private set; }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _elapsed.Ticks;
        }
    }

    /// <summary>Moves time on, and fires every timer that comes due up to and at the new moment.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan until;
        lock (_gate)
        {
            until = _elapsed + by;
        }

        while (TakeDue(until) is { } timer)
        {
            timer.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private FakeTimer? TakeDue(TimeSpan until)
    {
        lock (_gate)
        {
            var next = _timers.MinBy(timer => timer.Due);
            if (next is null || next.Due > until)
            {
                _elapsed = until > _elapsed ? until : _elapsed;
                return null;
            }

            _elapsed = next.Due > _elapsed ? next.Due : _elapsed;
            next.Due += next.Period;
            if (next.Period == TimeSpan.Zero)
            {
                _timers.Remove(next);
            }

            return next;
        }
    }

    private sealed class Held(FakeClock clock) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref clock._held);
    }

    private sealed class FakeTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var dueNow = false;
            lock (clock._gate)
            {
                if (_disposed)
                {
                    return false;
                }

                clock._timers.Remove(this);
                Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock._elapsed + dueTime;
                    clock._timers.Add(this);
                    clock.TimersStarted++;
                    dueNow = dueTime == TimeSpan.Zero;
                }
            }

            if (dueNow)
            {
                clock.Advance(TimeSpan.Zero);
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
