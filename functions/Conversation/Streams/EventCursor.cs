using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>How far one reader has come.</summary>
internal sealed class EventCursor(Stored<ConversationSession> session, int after)
{
    /// <summary>The session as it was last read.</summary>
    public Stored<ConversationSession> Session { get; set; } = session;

    /// <summary>The last event that was told, or was left out on purpose.</summary>
    public int Position { get; set; } = after;

    /// <summary>Whether the end was told.</summary>
    public bool Ended { get; set; }

    /// <summary>Whether something has happened by which the session may be closed to the reader.</summary>
    public bool MayBeClosed { get; set; }

    /// <summary>Whether there is more to read at once.</summary>
    public bool MayHaveMore { get; set; }
}
