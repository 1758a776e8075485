namespace Sessions.LiveStream;

/// <summary>How often to look after what LiveKit may still hold.</summary>
internal static class LeftoverRules
{
    /// <summary>The pause before the first look; pauses then double, up to an hour.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan _longestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan _giveUp = TimeSpan.FromDays(1);

    /// <summary>When to look again after a look that failed; null when a day has passed.</summary>
    public static Leftovers? Later(Leftovers? before, DateTimeOffset now)
    {
        var since = before?.Since ?? now;
        var pause = TimeSpan.FromTicks(Math.Clamp((now - since).Ticks, FirstPause.Ticks, _longestPause.Ticks));
        return now - since >= _giveUp ? null : new(now + pause, since);
    }
}
