using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>What a caller may set of a session.</summary>
public sealed record SessionFields
{
    /// <summary>The profile associated with the session.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Its title; not unique.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>Who may see it and how long it lives; a number of <see cref="SessionTypes"/>.</summary>
    public int SessionType { get; init; }

    /// <summary>The users who may change and end it.</summary>
    public IReadOnlyList<string> Owners { get; init; } = [];

    /// <summary>The channels of its messages; the first is that of a message which names none.</summary>
    public IReadOnlyList<int> DefaultChannels { get; init; } = [];

    /// <summary>A brief overview.</summary>
    public string Description { get; init; } = "";

    /// <summary>The users beside the owners for whom it is open while it is guarded.</summary>
    public IReadOnlyList<string> AllowedUsers { get; init; } = [];

    /// <summary>Any JSON object, as text; <c>ttl</c> and <c>anyChannel</c> in it are ours.</summary>
    public string Options { get; init; } = "{}";

    /// <summary>What opens a guarded session to whoever joins with it; empty for nothing.</summary>
    public string SecretKey { get; init; } = "";
}

/// <summary>What is stored of a session beside its lifetime.</summary>
/// <param name="Uid">Tells it from any other session, also from a later one of the same id.</param>
/// <param name="Revision">Counts its updates, from 1.</param>
/// <param name="Fields">What callers set.</param>
public sealed record ConversationSession(Guid Uid, int Revision, SessionFields Fields)
{
    /// <summary>
    /// What readers know this state by. Not the store's version: that changes when the timer notes the last activity,
    /// which no reader sees.
    /// </summary>
    internal static string VersionOf(Stored<ConversationSession> session)
    {
        var end = session.Document.Lifetime.Open ? "" : "-ended";
        return $"{session.Body.Uid.ToString("N")[..8]}-{session.Body.Revision}{end}";
    }
}
