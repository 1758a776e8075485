using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Messages. Source: https://docs.machanirobotics.dev (publishmessage)</summary>
public sealed class MessageFunctions(
    ConversationSurface surface,
    SessionReader reader,
    MessageHistory history,
    EventLog events,
    Changes changes,
    IDocumentStore store)
{
    /// <summary>Lists messages, the first first unless the latest are asked for.</summary>
    [Function("Conversation_ListMessages")]
    public Task<IResult> List(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head", Route = "v1/conversation/sessions/{session}/messages")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.ReadMessages, async exchange =>
            ConversationSurface.Reply(await history.Read(exchange), ConversationJson.Default.MessagePage));

    /// <summary>Publishes a message.</summary>
    [Function("Conversation_PublishMessage")]
    public Task<IResult> Publish(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/conversation/sessions/{session}/messages")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.WriteMessages, async exchange =>
        {
            var checks = new FieldChecks();
            var sent = UserRequest.Read(exchange, ProtoMessage.Parse(await exchange.Body()), checks);
            var message = checks.Read(() => NewMessage.Read(sent), null)!;
            checks.End();
            var session = reader.PlaceOf(exchange);

            // Most sessions are open to whoever writes in them; only of the others it is read who has joined.
            var joined = false;
            var log = events.Of(session, EventKind.One) with
            {
                Learn = async standing => joined = await reader.IsOpenTo(
                    standing.Head, message.User, CancellationToken.None),
                MadeBefore = exchange.IdempotencyKey is null ? null : standing => MadeBefore(exchange, standing),
            };
            var published = await changes.Gather(
                await sent.Change.Command(exchange),
                log,
                (standing, now) => MessageRules.Publish(standing, message, joined, now));
            return ConversationSurface.Reply(
                new PublishedMessage(Acknowledgment.Of(session.Id, published.Shown!), new(message.Json)),
                ConversationJson.Default.PublishedMessage);
        });

    private async ValueTask<Document?> MadeBefore(Exchange exchange, Standing standing)
    {
        var id = exchange.IdOfBefore($"{standing.Head.Partition}/{standing.Head.Id}/messages");
        return (await store.ReadByKey(standing.Partition, $"message:{id:N}", CancellationToken.None)).OrNull();
    }
}

/// <summary>What passes between those who are there, such as that somebody types. It is told, and not kept.</summary>
public sealed class SignalFunctions(
    ConversationSurface surface, SessionReader reader, EventLog events, Changes changes)
{
    private const int MaxBytes = 1024;

    /// <summary>Sends a signal to all streams that are open.</summary>
    [Function("Conversation_SendSignal")]
    public Task<IResult> Send(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/conversation/sessions/{session}/signals")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.WriteMessages, async exchange =>
        {
            var checks = new FieldChecks();
            var sent = UserRequest.Read(exchange, ProtoMessage.Parse(await exchange.Body()), checks);
            var signal = checks.Read(
                () => ProtoMessage.OneLine(NewMessage.JsonOf(sent.Message, "signal", MaxBytes)), "");
            checks.End();
            var joined = false;
            var log = events.Of(reader.PlaceOf(exchange), LogKind.One) with
            {
                Learn = async standing => joined = await reader.IsOpenTo(
                    standing.Head, sent.User, CancellationToken.None),
            };
            await changes.Gather(
                await sent.Change.Command(exchange),
                log,
                (standing, now) => MessageRules.Signal(standing, sent.User, signal, joined, now));
            return ConversationSurface.Empty();
        });
}
