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
