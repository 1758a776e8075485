namespace Sessions.Storage;

/// <summary>
/// The machine's clock, as long as it is near the store's, which all instances share; else the store's. It is compared
/// whenever the time is asked for: how much time has gone by since the store told its own does not depend on how the
/// machine's clock is put.
/// </summary>
/// <param name="own">The machine's clock.</param>
public sealed class StoreClock(TimeProvider own) : TimeProvider
{
    private volatile Told? _told;

    /// <summary>How far apart the two may be. The store tells its time in whole seconds.</summary>
    public static TimeSpan Far { get; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How far the machine's clock is ahead of the store's, negative when it is behind; zero where the store has not
    /// told its time.
    /// </summary>
    public TimeSpan Ahead => _told is { } told ? own.GetUtcNow() - Since(told) : TimeSpan.Zero;

    /// <summary>Whether that is too far, so that it goes by the store's.</summary>
    public bool IsFar => Ahead.Duration() > Far;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => own.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => own.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        var now = own.GetUtcNow();
        return _told is { } told && Since(told) is var stored && (now - stored).Duration() > Far ? stored : now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => own.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        own.CreateTimer(callback, state, dueTime, period);

    /// <summary>Takes note of the store's time of this moment.</summary>
    public void IsTold(DateTimeOffset now) => _told = new(now, own.GetTimestamp());

    private DateTimeOffset Since(Told told) => told.Moment + own.GetElapsedTime(told.Stamp);

    private sealed record Told(DateTimeOffset Moment, long Stamp);
}

/// <summary>
/// Doubts a clock that has gone ahead by more than the time that went by since it was looked at last: what is closed by
/// a wrong clock stays closed when it is put right. A machine that slept looks the same. When it has stayed as it is
/// for a while it is believed.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class ClockLeap(TimeProvider time)
{
    /// <summary>How long it is doubted.</summary>
    public static readonly TimeSpan Doubt = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan _leap = TimeSpan.FromMinutes(5);
    private readonly Lock _gate = new();
    private (DateTimeOffset Now, long Stamp)? _believed;
    private long? _doubtedAt;

    /// <summary>Looks at the clock.</summary>
    /// <param name="by">How much it is ahead of what it should be.</param>
    public bool IsDoubted(out TimeSpan by)
    {
        lock (_gate)
        {
            var (now, stamp) = (time.GetUtcNow(), time.GetTimestamp());
            by = _believed is { } last ? now - (last.Now + time.GetElapsedTime(last.Stamp, stamp)) : TimeSpan.Zero;
            if (by <= _leap || (_doubtedAt is { } since && time.GetElapsedTime(since, stamp) >= Doubt))
            {
                (_believed, _doubtedAt) = ((now, stamp), null);
                return false;
            }

            _doubtedAt ??= stamp;
            return true;
        }
    }

    /// <summary>Whether something is due by nothing but a clock that is doubted.</summary>
    /// <param name="dueAt">When it is due.</param>
    /// <param name="now">What the clock says.</param>
    public bool Doubts(DateTimeOffset? dueAt, DateTimeOffset now) => IsDoubted(out var by) && dueAt > now - by;
}
