namespace Sessions.Storage.Sqlite;

/// <summary>
/// Keeps what can wait, such as a sweep, out of the way of callers, who share its processors. While they ask, be it
/// for reads alone, it works for a moment and rests for three times as long as that took: the busier the machine, the
/// longer both are, and it always gets on. While nobody asks it works on, and lets whoever comes go before it.
/// </summary>
/// <param name="clock">Tells how long ago callers asked, and how long what can wait has worked.</param>
public sealed class CallersFirst(TimeProvider clock)
{
    /// <summary>How many times as long as it has worked what can wait rests.</summary>
    public const int Rests = 3;

    /// <summary>For how long after callers have asked what can wait works in small parts.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromSeconds(1);

    /// <summary>How long it works at a time: timers know little that is shorter.</summary>
    public static readonly TimeSpan Part = TimeSpan.FromMilliseconds(2);

    // What took longer was most of all not at work, or nobody has given way for a while.
    private static readonly TimeSpan _longest = 5 * Part;

    private readonly Lock _gate = new();
    private long _askedAt = long.MinValue;
    private long _began;
    private long _restedAt;
    private TimeSpan _rest;

    /// <summary>Whether callers have asked lately.</summary>
    public bool AreThere =>
        Volatile.Read(ref _askedAt) is var at && at != long.MinValue && clock.GetElapsedTime(at) < Lately;

    /// <summary>One of them asks.</summary>
    public void Asked() => Volatile.Write(ref _askedAt, clock.GetTimestamp());

    /// <summary>Waits until what can wait may go on, which calls this before each small piece that it does.</summary>
    public async ValueTask GiveWay(CancellationToken cancellation)
    {
        for (var rest = Left(); rest > TimeSpan.Zero; rest = Left())
        {
            await Task.Delay(rest, clock, cancellation);
        }

        await Task.Yield();
    }

    /// <summary>How long what can wait has to rest yet; with none its next part begins, or goes on.</summary>
    public TimeSpan Left()
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            if (!AreThere)
            {
                (_began, _rest) = (now, TimeSpan.Zero);
                return TimeSpan.Zero;
            }

            if (_rest > TimeSpan.Zero)
            {
                if (_rest - clock.GetElapsedTime(_restedAt, now) is { Ticks: > 0 } left)
                {
                    return left;
                }

                (_began, _rest) = (now, TimeSpan.Zero);
            }

            var worked = clock.GetElapsedTime(_began, now);
            if (worked < Part)
            {
                return TimeSpan.Zero;
            }

            (_rest, _restedAt) = (Rests * (worked < _longest ? worked : _longest), now);
            return _rest;
        }
    }
}
