namespace Sessions.Outbox;

/// <summary>
/// When an event is tried again: soon at first, then less and less often, for three days at most; or in its own haste,
/// for as long as anybody wants it.
/// </summary>
internal static class RetryDelays
{
    private const int MostDoublings = 16;

    private static readonly TimeSpan _longest = TimeSpan.FromDays(3);

    private static readonly TimeSpan[] _delays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10),
        TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6),
    ];

    /// <summary>
    /// The moment of the next attempt, not before the target has asked for one; null when three days would have passed
    /// by then, or nobody would want it any more.
    /// </summary>
    public static DateTimeOffset? Next(OutboxEvent told, DateTimeOffset now, TimeSpan? retryAfter)
    {
        var delay = told.LongestPause is { } longest
            ? Doubled(told.Attempts, longest)
            : _delays[Math.Min(told.Attempts, _delays.Length) - 1];
        var next = now + (retryAfter > delay ? retryAfter.Value : delay);
        return next <= (told.ResentAt ?? told.At) + _longest && !(next >= told.Until) ? next : null;
    }

    private static TimeSpan Doubled(int attempts, TimeSpan longest)
    {
        var delay = TimeSpan.FromSeconds(1 << Math.Min(attempts - 1, MostDoublings));
        return delay < longest ? delay : longest;
    }
}
