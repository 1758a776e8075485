using System.Diagnostics.CodeAnalysis;

namespace Sessions.Http.Streams;

/// <summary>
/// One timer for all who wait for moments of their own. The runtime's own timers look at each of the others whenever
/// one of them is due, so that thousands of them that wait for seconds cost more than what they wait for.
/// </summary>
internal sealed class WakeUps : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Lock _gate;
    private readonly PriorityQueue<WriteSignals.Listener, long> _queue = new();
    private readonly ITimer _timer;
    private long _setFor = long.MaxValue;

    /// <summary>Nobody waits yet.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="gate">The lock that those who wait have in common.</param>
    public WakeUps(TimeProvider time, Lock gate)
    {
        (_time, _gate) = (time, gate);
        _timer = time.CreateTimer(
            static all => ((WakeUps)all!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Wakes one after so long; called under the lock.</summary>
    public void Set(WriteSignals.Listener one, TimeSpan after)
    {
        var now = _time.GetTimestamp();
        one.WakesAt = now + (long)(after.TotalSeconds * _time.TimestampFrequency);
        if (one.WakesAt < one.IsLookedAtAt)
        {
            Enqueue(one);
            SetTimer(now);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    [SuppressMessage("Reliability", "CA2000", Justification = "Whoever waits is his reader's to dispose of.")]
    private void Look()
    {
        List<WriteSignals.Listener> due = [];
        lock (_gate)
        {
            _setFor = long.MaxValue;
            for (var now = _time.GetTimestamp(); _queue.TryPeek(out var one, out var at) && at <= now;)
            {
                _queue.Dequeue();
                if (one.IsLookedAtAt != at)
                {
                    // He came to wait for something sooner since, and was looked at then.
                    continue;
                }

                one.IsLookedAtAt = long.MaxValue;
                if (one.IsWaiting && one.WakesAt > now)
                {
                    Enqueue(one);
                }
                else if (one.Wakes())
                {
                    due.Add(one);
                }
            }
        }

        due.ForEach(one => one.GoOn(byClock: true));
        lock (_gate)
        {
            SetTimer(_time.GetTimestamp());
        }
    }

    private void Enqueue(WriteSignals.Listener one)
    {
        one.IsLookedAtAt = one.WakesAt;
        _queue.Enqueue(one, one.WakesAt);
    }

    private void SetTimer(long now)
    {
        if (!_queue.TryPeek(out _, out var next) || next >= _setFor)
        {
            return;
        }

        // A timer counts whole milliseconds: rounded down, the last part of one would spin.
        _setFor = next;
        var left = Math.Max(1, Math.Ceiling((next - now) * 1000d / _time.TimestampFrequency));
        _timer.Change(TimeSpan.FromMilliseconds(left), Timeout.InfiniteTimeSpan);
    }
}

/// <summary>What a stream has heard of.</summary>
/// <param name="Topics">Where was written, and the version that was told of; null for any.</param>
/// <param name="Lag">How much later a read may still not show it.</param>
internal readonly record struct Heard(IReadOnlyDictionary<string, string?> Topics, TimeSpan Lag);
