namespace Sessions.Storage.Sqlite;

/// <summary>
/// Keeps what can wait, such as a sweep, out of the way of callers, who share its processors. While they ask, be it
/// for reads alone, it works for a moment and rests for three times as long as that took: the busier the machine, the
/// longer both are, and it always gets on. While nobody asks it works on, and lets whoever comes go before it.
/// </summary>
/// <param name="clock">Tells how long ago callers asked, and how long what can wait has worked.</param>
public sealed class CallersFirst(TimeProvider clock)
{
    /// <summary>For how long after callers have asked what can wait works in small parts.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromSeconds(1);

    /// <summary>How long it works at a time: timers know little that is shorter.</summary>
    public static readonly TimeSpan Part = TimeSpan.FromMilliseconds(2);

    // What took longer was most of all not at work, or nobody has given way for a while.
    private static readonly TimeSpan _longest = 5 * Part;

    private readonly Lock _gate = new();
    private long _askedAt = long.MinValue;
    private long _began;
    private Rest? _rest;

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
            if (!AreThere || _rest?.Left(clock, now) <= TimeSpan.Zero)
            {
                (_began, _rest) = (now, null);
                return TimeSpan.Zero;
            }

            if (_rest is null && clock.GetElapsedTime(_began, now) is var worked && worked >= Part)
            {
                _rest = new(worked < _longest ? worked : _longest, now);
            }

            return _rest?.Left(clock, now) ?? TimeSpan.Zero;
        }
    }
}

/// <summary>How long what can wait rests after it has worked.</summary>
/// <param name="Worked">How long it has.</param>
/// <param name="Since">When it was done.</param>
public readonly record struct Rest(TimeSpan Worked, long Since)
{
    /// <summary>How many times as long it rests.</summary>
    public const int Times = 3;

    /// <summary>How long it has to rest yet; less than nothing when that was over before.</summary>
    public TimeSpan Left(TimeProvider clock, long now) => (Times * Worked) - clock.GetElapsedTime(Since, now);
}
