using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Messages. Source: https://docs.machanirobotics.dev (publishmessage)</summary>
public sealed class MessageFunctions(
    ConversationSurface surface, SessionReader reader, EventWriter writer, IDocumentStore store)
{
    /// <summary>Publishes a message.</summary>
    [Function("Conversation_PublishMessage")]
    public Task<IResult> Publish(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/conversation/sessions/{session}/messages")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var sent = UserRequest.Read(exchange, ProtoMessage.Parse(await exchange.Body()));
            var message = NewMessage.Read(sent);
            var key = KeyOf(exchange);
            var outcome = await Append(exchange, message, key, await exchange.RequestHash());
            var acknowledgment = outcome.Repeated
                ? await First(exchange, outcome.Session, key!)
                : Acknowledgment.Of(
                    outcome.Session, outcome.Sequence, MessageRules.ChannelOf(outcome.Session, message), outcome.At);
            return ConversationSurface.Reply(
                new PublishedMessage(acknowledgment, message.Json), ConversationJson.Wire.PublishedMessage);
        });

    // Most sessions are open to whoever writes in them; only for the others is it looked up who has joined.
    private async Task<Outcome> Append(Exchange exchange, NewMessage message, string? key, string? hash)
    {
        Task<Outcome> Attempt(bool joined) => writer.Append(
            SessionDocuments.HeadsOf(exchange.Account),
            SessionReader.IdOf(exchange),
            new(exchange.Now, standing => MessageRules.Publish(standing, message, joined, exchange.Now) with
            {
                Key = key, RequestHash = hash,
            })
            { Size = message.Size },
            exchange.Aborted);

        var outcome = await Attempt(joined: false);
        return outcome.Sequence > 0 || outcome.Repeated ? outcome
            : await reader.IsOpenTo(outcome.Session, message.User, exchange.Aborted) ? await Attempt(joined: true)
            : throw ConversationErrors.NotFound(outcome.Session.Document.Id);
    }

    private async ValueTask<Acknowledgment> First(Exchange exchange, Stored<ConversationSession> session, string key)
    {
        var partition = SessionDocuments.PartitionOf(session);
        var first = (await store.ReadByKey(partition, key, exchange.Aborted)).OrNull();
        return first is not null && first.RequestHash == await exchange.RequestHash()
            ? MessageRules.AcknowledgmentOf(session, first)
            : throw RefusedException.For(
                RefusalKind.IdempotencyMismatch, "This request id was used for another request. Send a new one.");
    }

    private static string? KeyOf(Exchange exchange)
    {
        var scope = $"{SessionDocuments.HeadsOf(exchange.Account)}/{SessionReader.IdOf(exchange)}/messages";
        return exchange.IdempotencyKey is null ? null : $"message:{exchange.NewId(scope):N}";
    }
}
