using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Http.Streams;

namespace Sessions.Conversation;

/// <summary>What happens in all of a user's sessions.</summary>
public sealed class InboxFunctions(
    ConversationSurface surface, InboxFeed feed, StreamAnswers answers, TimeProvider time)
{
    private const string Latest = "latest";

    private static readonly HashSet<string> _parameters =
        new(["after", "ticket", "wrap"], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Streams the events of all sessions that the caller has joined or that name the caller, behind the cursor in
    /// <c>after</c> or <c>Last-Event-ID</c>, and from now on without one. The same over a WebSocket, where the host has
    /// them.
    /// </summary>
    [Function("Conversation_InboxEvents")]
    public Task<IResult> Stream(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/conversation/events")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.ReadEvents, exchange =>
        {
            StreamAnswers.Check(request);
            var query = new ProtoQuery(request.Query);
            StreamFormat.Check(query);
            if (request.Query.Keys.FirstOrDefault(name => !_parameters.Contains(name)) is { } unknown)
            {
                throw ConversationErrors.Invalid(unknown, "is no parameter of an inbox.");
            }

            // A client that connects again repeats its first query, and knows better in the header.
            var last = request.Headers["Last-Event-ID"].ToString();
            var after = last.Length > 0 ? last : query.Text("after") ?? Latest;
            var now = time.GetUtcNow();
            var place = after == Latest ? InboxPlace.At(now)
                : InboxPlace.Parse(after, now)
                ?? throw ConversationErrors.Invalid("after", "must be the cursor of an item of an inbox, or latest.");
            return ValueTask.FromResult(answers.Of(
                exchange,
                StreamItem.Resume(0) with { Cursor = place.ToString() },
                (reader, stop) => feed.Follow(exchange, place, after != Latest, reader, stop)));
        });
}

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
    /// <summary>Gives a reader what happens in the user's sessions behind a place, until the stream's time
    /// ends.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="place">Where to begin; it moves on.</param>
    /// <param name="resumes">Whether something may have happened behind it already.</param>
    /// <param name="reader">The reader.</param>
    /// <param name="aborted">Ends when the reader has gone.</param>
    internal Task Follow(
        Exchange exchange,
        InboxPlace place,
        bool resumes,
        IStreamReader<StreamItem> reader,
        CancellationToken aborted)
    {
        var lists = FollowingKind.ListsOf(exchange.Account.Id, Users.IdOf(exchange.Caller.Subject));
        var listening = signals.Listen(lists);
        var read = new InboxSessions(exchange, inboxes, events, sessions, kind, time);
        var inbox = new Inbox(exchange, place, lists, inboxes, read, activities, listening, time) { Resumes = resumes };
        return follower.Follow(listening, inbox, exchange.Now, reader, aborted);
    }
}
