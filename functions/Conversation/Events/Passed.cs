namespace Sessions.Conversation;

/// <summary>
/// What passes in a session and is not kept. It has no number in the sequence, and nobody who was not there is told of
/// it.
/// </summary>
internal static class Passed
{
    // Longer than the longest pause between two looks of a stream.
    private static readonly TimeSpan _life = TimeSpan.FromSeconds(10);

    private const int Most = 16;

    /// <summary>The log with something that passes.</summary>
    public static SessionLog By(SessionLog log, SessionEvent passing) => log with
    {
        Passed = (log.Passed ?? 0) + 1,
        Passing = [.. (Fresh(log.Passing, passing.At) ?? []).TakeLast(Most - 1), passing],
    };

    /// <summary>What there is a point in telling at this moment; null for nothing.</summary>
    public static IReadOnlyList<SessionEvent>? Fresh(IReadOnlyList<SessionEvent>? passing, DateTimeOffset now) =>
        passing?.Where(one => one.At + _life > now).ToList() is [_, ..] fresh ? fresh : null;
}
