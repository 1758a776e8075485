using Sessions.Http;
using Sessions.Http.Streams;

namespace Sessions.Conversation;

/// <summary>
/// Reads all of a user's sessions as one stream. At rest it costs no store call of its own.
/// </summary>
public sealed class InboxFeed(
    Follower follower,
    Inboxes inboxes,
    Activities activities,
    EventReader events,
    SessionReader sessions,
    WriteSignals signals,
    ConversationSessionKind kind,
    TimeProvider time)
{
    /// <summary>What happens in the user's sessions behind a place, until the stream's time ends.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="place">Where to begin; it moves on.</param>
    /// <param name="resumes">Whether something may have happened behind it already.</param>
    /// <param name="aborted">Ends when the reader has gone.</param>
    internal IAsyncEnumerable<IReadOnlyList<StreamItem>> Read(
        Exchange exchange, InboxPlace place, bool resumes, CancellationToken aborted)
    {
        var lists = FollowingKind.ListsOf(exchange.Account.Id, Users.IdOf(exchange.Caller.Subject));
        var listening = signals.Listen(lists);
        var read = new InboxSessions(exchange, inboxes, events, sessions, kind, time);
        var inbox = new Inbox(exchange, place, lists, inboxes, read, activities, listening, time) { Resumes = resumes };
        return follower.Follow(listening, inbox, exchange.Now, aborted);
    }
}
