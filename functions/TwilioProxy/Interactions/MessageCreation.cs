using Sessions.Http;
using Sessions.Http.Outbox;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Sends messages of the application: Session, Interaction and what tells of it in one commit.</summary>
public sealed class MessageCreation(
    SessionDirectory sessions, IDocumentStore store, IMessageSender sender, Outbox outbox)
{
    /// <summary>Sends a message to the Participant that the path names.</summary>
    /// <exception cref="RefusedException">20404, 80607, 80910 or 20001.</exception>
    internal async ValueTask<Document> Create(Call call, Stored<ProxyService> service, NewMessage message)
    {
        var partition = SessionDirectory.PartitionOf(call);
        var scope = $"{partition}:{call.Route("participantSid")}";
        var sid = Sids.Of(Sids.Interaction, call.NewId($"{scope}:interaction"));
        var messageSid = Sids.Of(Sids.Message, call.NewId($"{scope}:message"));
        var requestHash = await call.RequestHash();
        if (requestHash is not null && await Repeated(call, partition, sid, requestHash) is { } first)
        {
            return first;
        }

        Document? interaction = null;
        IReadOnlyList<OutboxEvent> events = [];
        var changed = await sessions.Change(call, (session, _) =>
        {
            var to = Recipient(call, session);
            interaction = InteractionDocuments.New(partition, sid, new()
            {
                SessionSid = session.Document.Id,
                Type = InteractionType.Message,
                Data = NewMessage.DataOf(message.Body, message.Media),
                Outbound = new(to.Sid, InteractionType.ResourceOf(InteractionType.Message), messageSid, "queued"),
            }, call.Now, requestHash);
            var at = OutboxEvent.After(session.Document.Lifetime.UpdatedAt, call.Now);
            events =
            [
                .. InteractionCallbacks.Of(service, call.Account, interaction, at),
                .. sender.Send(new(call.Account, service, interaction, to, message.Body, message.Media, at)),
            ];
            return SessionRules.Interact(session, at) with
            {
                Beside = [.. InteractionDocuments.Create(interaction), .. events.Select(told => told.Write())],
            };
        });
        if (changed.Document is null)
        {
            return await Repeated(call, partition, sid, requestHash) ?? throw Creation.Mismatch();
        }

        outbox.Committed(events);
        return interaction! with { ETag = changed.Versions[0] };
    }

    private async ValueTask<Document?> Repeated(Call call, string partition, string sid, string? requestHash) =>
        await Read(call, partition, sid) switch
        {
            null => null,
            var first when first.RequestHash == requestHash => first,
            _ => throw Creation.Mismatch(),
        };

    private async ValueTask<Document?> Read(Call call, string partition, string sid) =>
        (await store.Read(partition, sid, call.Aborted)).OrNull();

    private static Participant Recipient(Call call, Stored<ProxySession> session)
    {
        var participant = ParticipantDirectory.Find(call, session, call.Route("participantSid"));
        return !session.Document.Lifetime.Open ? throw ProxyErrors.SessionClosed()
            : participant.DeletedAt is not null ? throw ProxyErrors.RecipientWasRemoved()
            : session.Body.Mode == SessionMode.VoiceOnly ? throw ProxyErrors.MessageToVoiceOnly()
            : participant;
    }
}
