using Sessions.Http;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Sends messages of the application: Session, Interaction and what tells of it in one commit.</summary>
public sealed class MessageCreation(
    SessionDirectory sessions, IDocumentStore store, IMessageSender sender, OutboxBell outbox)
{
    /// <summary>Sends a message to the Participant that the path names.</summary>
    /// <exception cref="RefusedException">20404, 80607, 80910 or 20001.</exception>
    internal async ValueTask<Document> Create(Exchange exchange, Stored<ProxyService> service, NewMessage message)
    {
        var partition = SessionDirectory.PartitionOf(exchange);
        var scope = $"{partition}:{exchange.Route("participantSid")}";
        var sid = Sids.Of(Sids.Interaction, exchange.NewId($"{scope}:interaction"));
        var messageSid = Sids.Of(Sids.Message, exchange.NewId($"{scope}:message"));
        var requestHash = await exchange.RequestHash();
        if (requestHash is not null && await Repeated(exchange, partition, sid, requestHash) is { } first)
        {
            return first;
        }

        Document? interaction = null;
        IReadOnlyList<OutboxEvent> events = [];
        var changed = await sessions.Change(exchange, (session, _) =>
        {
            var to = Recipient(exchange, session);
            interaction = InteractionDocuments.New(partition, sid, new()
            {
                SessionSid = session.Document.Id,
                Type = InteractionType.Message,
                Data = NewMessage.DataOf(message.Body, message.Media),
                Outbound = new(to.Sid, InteractionType.ResourceOf(InteractionType.Message), messageSid, "queued"),
            }, exchange.Now, requestHash);
            var at = OutboxEvent.After(session.Document.Lifetime.UpdatedAt, exchange.Now);
            events =
            [
                .. InteractionCallbacks.Of(service, exchange.Account, interaction, at),
                .. sender.Send(new(exchange.Account, service, interaction, to, message.Body, message.Media, at)),
            ];
            return SessionRules.Interact(session, at) with
            {
                Beside = [.. InteractionDocuments.Create(interaction), .. events.Select(told => told.Write())],
            };
        });
        if (changed.Document is null)
        {
            return await Repeated(exchange, partition, sid, requestHash) ?? throw Creation.Mismatch();
        }

        outbox.Ring(events);
        return interaction! with { ETag = changed.Versions[0] };
    }

    private async ValueTask<Document?> Repeated(Exchange exchange, string partition, string sid, string? requestHash) =>
        await Read(exchange, partition, sid) switch
        {
            null => null,
            var first when first.RequestHash == requestHash => first,
            _ => throw Creation.Mismatch(),
        };

    private async ValueTask<Document?> Read(Exchange exchange, string partition, string sid) =>
        (await store.Read(partition, sid, exchange.Aborted)).OrNull();

    private static Participant Recipient(Exchange exchange, Stored<ProxySession> session)
    {
        var participant = ParticipantDirectory.Find(exchange, session, exchange.Route("participantSid"));
        return !session.Document.Lifetime.Open ? throw ProxyErrors.SessionClosed()
            : participant.DeletedAt is not null ? throw ProxyErrors.RecipientWasRemoved()
            : session.Body.Mode == SessionMode.VoiceOnly ? throw ProxyErrors.MessageToVoiceOnly()
            : participant;
    }
}
