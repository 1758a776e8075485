using Sessions.Engine;

namespace Sessions.Conversation;

/// <summary>
/// How it is found, over all partitions and in one call, in which sessions something has happened since a moment, and
/// whose lists have changed. A store lists nothing over partitions in the order of its writes, but it does list what is
/// due: so what is to be found carries the moment of its write as one at which it is due, a hundred years later, to
/// which the timer never comes. That costs no call and no document.
/// </summary>
internal static class Activity
{
    private static readonly TimeSpan _later = TimeSpan.FromDays(36525);

    /// <summary>The kinds of what is found so.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        [LogKind.One.Name, EndingKind.One.Name, FollowingKind.One.Name];

    /// <summary>What is due of them, all together, is what has happened.</summary>
    public static DateTimeOffset Latest => DateTimeOffset.MaxValue;

    /// <summary>What is written at this moment is due then.</summary>
    public static DateTimeOffset DueAt(DateTimeOffset written) => written + _later;
}

/// <summary>That a session has ended: its log, which says so, is due by then to be seen to.</summary>
/// <param name="SessionId">The id of the session.</param>
internal sealed record Ending(string SessionId);

/// <summary>How ends are stored: with the log of their session.</summary>
internal sealed class EndingKind() : Kind<Ending>("conversation/ending", ConversationStorageJson.Default.Ending)
{
    /// <summary>The kind.</summary>
    public static readonly EndingKind One = new();

    /// <summary>The end of a session, which is written at this moment.</summary>
    public State<Ending> New(State<SessionLog> log, DateTimeOffset now) =>
        New(log, "ending", new(log.Body.SessionId), now) with { DueAt = Activity.DueAt(now) };
}
