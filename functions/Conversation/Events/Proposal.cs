using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Something that a caller wants to happen in a session.</summary>
/// <param name="Now">The moment of the call.</param>
/// <param name="Decide">The rule: pure, since it may run several times; throws its refusal.</param>
internal sealed record Proposal(DateTimeOffset Now, Func<Standing, Step> Decide)
{
    /// <summary>How many documents it writes at most.</summary>
    public int Writes { get; init; } = 1;

    /// <summary>About how many bytes it writes.</summary>
    public int Size { get; init; } = 1024;
}

/// <summary>A session as a rule finds it.</summary>
/// <param name="Session">The session as it counts at the moment of the call.</param>
/// <param name="Log">Its log, which is open until the end of an expired session is written.</param>
internal sealed record Standing(Stored<ConversationSession> Session, Stored<SessionLog> Log);

/// <summary>What a rule decided.</summary>
internal sealed record Step(params IReadOnlyList<SessionEvent> Events)
{
    /// <summary>Nothing new, but what an update has left to tell is told.</summary>
    public static readonly Step None = new();

    /// <summary>A name that the first event can be found by; taken when it has happened before.</summary>
    public string? Key { get; init; }

    /// <summary>What tells a repeat from another event under the same key.</summary>
    public string? RequestHash { get; init; }

    /// <summary>A further write of the same commit; when it cannot be made, the step was made before.</summary>
    public Write? Beside { get; init; }

    /// <summary>The log's body after the events, when more than its sequence changes.</summary>
    public Func<SessionLog, SessionLog>? Log { get; init; }
}

/// <summary>What came of a proposal.</summary>
/// <param name="Session">The session once the step is made.</param>
/// <param name="Sequence">The number of its first event; 0 without one.</param>
/// <param name="Repeated">Whether its key or its other write showed that it had been made before.</param>
internal sealed record Outcome(Stored<ConversationSession> Session, int Sequence, bool Repeated = false)
{
    /// <summary>The moment of its last event, which is never before that of the event before.</summary>
    public DateTimeOffset At { get; init; }
}
