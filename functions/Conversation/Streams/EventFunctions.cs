using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Http.Limits;
using Sessions.Http.Streams;

namespace Sessions.Conversation;

/// <summary>What happens in a session. Source: https://docs.machanirobotics.dev (sessionevents)</summary>
public sealed class EventFunctions(
    ConversationSurface surface,
    SessionReader reader,
    EventFeed feed,
    StreamAnswers answers)
{
    /// <summary>
    /// Streams the events behind <c>after</c> or <c>Last-Event-ID</c>. A reader who has seen the end gets 204, which
    /// tells an EventSource not to come again. The same over a WebSocket, where the host has them.
    /// </summary>
    [Function("Conversation_SessionEvents")]
    public Task<IResult> Stream(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head", Route = "v1/conversation/sessions/{session}/events")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.ReadEvents, async exchange =>
        {
            StreamAnswers.Check(request);
            var wanted = StreamRequest.Read(exchange);
            var session = ConversationSessionKind.Outline(await reader.Find(exchange));
            var log = await reader.LogIn(ConversationSessionKind.PartitionOf(session), exchange.Aborted);
            var last = (log?.Body.Next ?? 1) - 1;
            var after = wanted.Begin(last);
            if (log?.Lifetime.Open is false && after >= last)
            {
                return Answer.Empty(StatusCodes.Status204NoContent);
            }

            return answers.Of(
                exchange,
                StreamItem.Resume(after),
                (reader, stop) => feed.Follow(exchange, session, after, wanted, reader, stop));
        });
}

/// <summary>Streams as they are asked for: over a WebSocket, or in one of the formats.</summary>
public sealed class StreamAnswers(Follower follower, HeldBytes held)
{
    /// <summary>Refuses what asks for a WebSocket where there is none.</summary>
    /// <exception cref="RefusedException">It does.</exception>
    internal static void Check(HttpRequest request)
    {
        if (EventSocket.IsAsked(request) && !request.HttpContext.WebSockets.IsWebSocketRequest)
        {
            throw ConversationErrors.NoWebSocket();
        }
    }

    /// <summary>A stream of these items.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="begin">Where the reader is told to go on who has taken nothing.</param>
    /// <param name="follow">Gives a reader the items until they are over.</param>
    /// <exception cref="RefusedException">The account or the instance has too many streams open.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The answer lets it go when it ends.")]
    internal IResult Of(
        Exchange exchange,
        StreamItem begin,
        Func<IStreamReader<StreamItem>, CancellationToken, Task> follow)
    {
        var lease = held.Stream(exchange.Account);
        var pace = follower.PaceOf(exchange);
        return EventSocket.IsAsked(exchange.Request)
            ? new EventSocket(lease, pace, follow)
            : new StreamAnswer<StreamItem>(lease, StreamFormat.For(exchange.Request), pace, begin, follow);
    }
}

/// <summary>What a reader of events asks for.</summary>
/// <param name="After">The last event that the reader has; 0 for all. Null for what happens from now on.</param>
/// <param name="Tail">How many of the latest events to begin with, in the place of <c>After</c>; or null.</param>
/// <param name="Channel">The only channel to read messages of; null for all.</param>
internal sealed record StreamRequest(int? After, int? Tail, int? Channel)
{
    /// <exception cref="RefusedException">A number is none.</exception>
    public static StreamRequest Read(Exchange exchange)
    {
        var query = new ProtoQuery(exchange.Request.Query);
        StreamFormat.Check(query);

        // A client that connects again repeats its first query, and knows better in the header.
        var last = exchange.Request.Headers["Last-Event-ID"].ToString();
        var after = last.Length > 0 ? last : query.Text("after") ?? "0";
        var tail = query.Number("tail");
        if (tail is not null && (tail < 0 || query.Text("after") is not null))
        {
            throw ConversationErrors.Invalid("tail", "must be how many events to begin with, in the place of after.");
        }

        return new(
            after == "latest" ? null
            : int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw ConversationErrors.Invalid("after", "must be an event's sequence, 0 for all, or latest."),
            last.Length > 0 ? null : tail,
            query.Number("channel") is { } channel and not 0 ? channel : null);
    }

    /// <summary>The event to begin behind.</summary>
    /// <param name="last">The last one that there is.</param>
    public int Begin(int last) => Tail is { } tail ? Math.Max(0, last - tail) : After ?? last;

    public bool Wants(StreamItem item) =>
        Channel is null || item.Event.Channel is null || item.Event.Channel == Channel;
}
