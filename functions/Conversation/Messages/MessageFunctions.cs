using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Messages. Source: https://docs.machanirobotics.dev (publishmessage)</summary>
public sealed class MessageFunctions(
    ConversationSurface surface, SessionReader reader, EventWriter writer, IDocumentStore store)
{
    private const string Collection = "v1/conversation/sessions/{session}/messages";

    /// <summary>Publishes a message.</summary>
    [Function("Conversation_PublishMessage")]
    public Task<IResult> Publish(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var sent = UserRequest.Read(call, ProtoMessage.Parse(await call.Body()));
            var message = NewMessage.Read(sent);
            var key = KeyOf(call);
            var outcome = await Append(call, message, key, await call.RequestHash());
            var acknowledgment = outcome.Repeated
                ? await First(call, outcome.Session, key!)
                : Acknowledgment.Of(
                    outcome.Session, outcome.Sequence, MessageRules.ChannelOf(outcome.Session, message), call.Now);
            return ConversationSurface.Reply(
                new PublishedMessage(acknowledgment, message.Json), ConversationJson.Wire.PublishedMessage);
        });

    // Most sessions are open to whoever writes in them; only for the others is it looked up who has joined.
    private async Task<Outcome> Append(Call call, NewMessage message, string? key, string? hash)
    {
        Task<Outcome> Attempt(bool joined) => writer.Append(
            SessionDocuments.HeadsOf(call.Account),
            SessionReader.IdOf(call),
            new(call.Now, standing => MessageRules.Publish(standing, message, joined, call.Now) with
            {
                Key = key, RequestHash = hash,
            })
            { Size = message.Size },
            call.Aborted);

        var outcome = await Attempt(joined: false);
        return outcome.Sequence > 0 || outcome.Repeated ? outcome
            : await reader.IsOpenTo(outcome.Session, message.User, call.Aborted) ? await Attempt(joined: true)
            : throw ConversationErrors.NotFound(outcome.Session.Document.Id);
    }

    private async ValueTask<Acknowledgment> First(Call call, Stored<ConversationSession> session, string key)
    {
        var partition = SessionDocuments.PartitionOf(session);
        var first = (await store.ReadByKey(partition, key, call.Aborted)).OrNull();
        return first is not null && first.RequestHash == await call.RequestHash()
            ? MessageRules.AcknowledgmentOf(session, first)
            : throw RefusedException.For(
                RefusalKind.IdempotencyMismatch, "This request id was used for another request. Send a new one.");
    }

    private static string? KeyOf(Call call) => call.IdempotencyKey is null
        ? null
        : $"message:{call.NewId($"{SessionDocuments.HeadsOf(call.Account)}/{SessionReader.IdOf(call)}/messages"):N}";
}
