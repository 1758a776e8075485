namespace Sessions.Outbox;

/// <summary>When an event is tried again: soon at first, then less and less often, for a day at most.</summary>
internal static class RetryDelays
{
    private static readonly TimeSpan _longest = TimeSpan.FromDays(1);

    private static readonly TimeSpan[] _delays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10),
        TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6),
    ];

    /// <summary>
    /// The moment of the next attempt, not before the target has asked for one; null when a day would have passed by
    /// then.
    /// </summary>
    public static DateTimeOffset? Next(OutboxEvent told, DateTimeOffset now, TimeSpan? retryAfter)
    {
        var delay = _delays[Math.Min(told.Attempts, _delays.Length) - 1];
        var next = now + (retryAfter > delay ? retryAfter.Value : delay);
        return next <= told.At + _longest ? next : null;
    }
}
