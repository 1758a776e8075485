using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;

namespace Sessions.Conversation;

/// <summary>What happens in a session. Source: https://docs.machanirobotics.dev (sessionevents)</summary>
public sealed class EventFunctions(ConversationSurface surface, SessionReader reader, EventFeed feed)
{
    /// <summary>
    /// Streams the events behind <c>after</c> or <c>Last-Event-ID</c>. A reader who has seen the end gets 204, which
    /// tells an EventSource not to come again.
    /// </summary>
    [Function("Conversation_SessionEvents")]
    public Task<IResult> Stream(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", Route = "v1/conversation/sessions/{session}/events")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var wanted = StreamRequest.Read(exchange);
            var session = await reader.Find(exchange);
            var log = await reader.ReadLog(SessionDocuments.PartitionOf(session), exchange.Aborted);
            var last = (log?.Body.Next ?? 1) - 1;
            var after = wanted.After ?? last;
            return log?.Document.Lifetime.Open is false && after >= last
                ? Answer.Empty(StatusCodes.Status204NoContent)
                : new EventStream(StreamFormat.For(request), wanted, stop => feed.Read(exchange, session, after, stop));
        });
}
