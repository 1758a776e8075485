using System.Security.Cryptography;
using System.Text;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Outbox;

namespace Sessions.TwilioProxy;

/// <summary>Writes down a contact in its Session, with the event that tells the application.</summary>
internal sealed class InboundRecording(
    Reader reader, Changes changes, ProxySessionKind sessions, InteractionKind interactions)
{
    /// <summary>
    /// The Interaction of a contact. Its SID comes from the carrier's, so that a webhook which is called again records
    /// nothing twice.
    /// </summary>
    public State<Interaction> New(Exchange exchange, Contact contact, Whereabout known, Participant partner)
    {
        var partition = known.Session.Partition;
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{partition}\n{contact.Type}\n{contact.ResourceSid}"));
        var resource = InteractionType.ResourceOf(contact.Type);
        var (inbound, outbound) = contact.Type == InteractionType.Voice
            ? ("in-progress", "initiated")
            : ("delivered", "queued");
        return interactions.New(
            known.Session,
            Sids.Of(Sids.Interaction, new Guid(digest.AsSpan(0, 16))),
            new()
            {
                SessionSid = known.Session.Id,
                Type = contact.Type,
                Data = contact.Data,
                Inbound = new(known.Participant.Sid, resource, contact.ResourceSid, inbound) { IsCarriers = true },
                Outbound = new(partner.Sid, resource, null, outbound),
                RetryKey = exchange.IdempotencyKey,
            },
            exchange.Now);
    }

    /// <summary>Records a contact; gives what was recorded of it before, or null when this is the first time.</summary>
    /// <exception cref="RefusedException">80905: the Session has ended or changed its people meanwhile.</exception>
    public async ValueTask<State<Interaction>?> Record(
        Exchange exchange, State<ProxyService> service, Whereabout known, State<Interaction> interaction)
    {
        var isRecorded = false;
        var (partition, sid) = (known.Session.Partition, known.Session.Id);
        var subject = new Subject<State<ProxySession>?, ProxySession>(
            sessions, partition, now => reader.Find(sessions, partition, sid, now, exchange.Aborted))
        {
            Lane = sid,
            Taken = (_, _) =>
            {
                isRecorded = true;
                return ValueTask.CompletedTask;
            },
        };
        await changes.Change(new Command(exchange.Now, exchange.Aborted), subject, (session, now) =>
        {
            if (session is not { Lifetime.Open: true } || !SamePeople(session.Body, known.Session.Body))
            {
                throw ProxyErrors.NoSessionForContact();
            }

            // At the moment that it is told at, so that what comes of it is told after it.
            var at = OutboxEvent.After(session.UpdatedAt, now);
            var recorded = interaction.To(interaction.Body, at);
            return isRecorded
                ? Decision.Keep(session)
                : Decision.To(SessionRules.Interact(session, at))
                    .And(recorded)
                    .Telling(InteractionCallbacks.Of(service, exchange.Account, recorded, at));
        });
        return isRecorded
            ? await reader.Find(interactions, partition, interaction.Id, exchange.Now, exchange.Aborted)
            : null;
    }

    private static bool SamePeople(ProxySession one, ProxySession other) =>
        one.Present.Select(participant => participant.Sid).SequenceEqual(other.Present.Select(each => each.Sid));
}
