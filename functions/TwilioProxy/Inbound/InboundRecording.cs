using System.Security.Cryptography;
using System.Text;
using Sessions.Http;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Writes down a contact in its Session, with the event that tells the application.</summary>
internal sealed class InboundRecording(SessionChanges changes, OutboxBell outbox)
{
    /// <summary>
    /// The Interaction of a contact. Its SID comes from the carrier's, so that a webhook which is called again records
    /// nothing twice.
    /// </summary>
    public static Document New(Exchange exchange, Contact contact, Whereabout known, Participant partner)
    {
        var partition = known.Session.Document.Partition;
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{partition}\n{contact.Type}\n{contact.ResourceSid}"));
        var resource = InteractionType.ResourceOf(contact.Type);
        var (inbound, outbound) = contact.Type == InteractionType.Voice
            ? ("in-progress", "initiated")
            : ("delivered", "queued");
        return InteractionDocuments.New(
            partition,
            Sids.Of(Sids.Interaction, new Guid(digest.AsSpan(0, 16))),
            new()
            {
                SessionSid = known.Session.Document.Id,
                Type = contact.Type,
                Data = contact.Data,
                Inbound = new(known.Participant.Sid, resource, contact.ResourceSid, inbound),
                Outbound = new(partner.Sid, resource, null, outbound),
            },
            exchange.Now,
            requestHash: null);
    }

    /// <summary>Records a contact.</summary>
    /// <returns>False when the Session has ended or changed its people meanwhile, and nothing was written.</returns>
    public async ValueTask<bool> Record(
        Exchange exchange, Stored<ProxyService> service, Whereabout known, Document interaction)
    {
        IReadOnlyList<OutboxEvent> events = [];
        var isThere = false;
        var document = known.Session.Document;
        var changed = await changes.Change(exchange, document.Partition, document.Id, (session, _) =>
        {
            isThere = session is { Document.Lifetime.Open: true } && SamePeople(session.Body, known.Session.Body);
            if (!isThere)
            {
                return null;
            }

            var at = OutboxEvent.After(session!.Document.Lifetime.UpdatedAt, exchange.Now);
            events = InteractionCallbacks.Of(service, exchange.Account, interaction, at);
            return SessionRules.Interact(session, at) with
            {
                Beside = [.. InteractionDocuments.Create(interaction), .. events.Select(told => told.Write())],
            };
        });
        if (changed is { Refused: null } && isThere)
        {
            outbox.Ring(events);
        }

        return isThere;
    }

    private static bool SamePeople(ProxySession one, ProxySession other) =>
        one.Present.Select(participant => participant.Sid).SequenceEqual(other.Present.Select(each => each.Sid));
}
