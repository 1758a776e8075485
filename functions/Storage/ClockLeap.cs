namespace Sessions.Storage;

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
