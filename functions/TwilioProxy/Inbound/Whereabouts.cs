using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Finds the Session that a contact belongs to.</summary>
internal sealed class Whereabouts(IDocumentStore store, SessionDocuments sessions)
{
    /// <summary>The open Session of the pair, or null: the claim names it, so that nothing is searched.</summary>
    public async ValueTask<Whereabout?> Find(Exchange exchange, Contact contact)
    {
        var partition = SessionDirectory.PartitionOf(exchange);
        var read = await store.Read(partition, ClaimDocuments.IdOf(contact.To, contact.From), exchange.Aborted);
        return ClaimDocuments.Kind.Open(read.OrNull()) is { } claim && claim.Body.IsAlive(exchange.Now)
            && await Open(exchange, partition, claim.Body) is { Session.Document.Lifetime.Open: true } found
                ? found
                : null;
    }

    /// <summary>The last Session of the pair, or null when it is forgotten or there was none.</summary>
    public async ValueTask<Whereabout?> Last(Exchange exchange, Contact contact)
    {
        var partition = SessionDirectory.PartitionOf(exchange);
        var id = ClaimDocuments.IdOf(contact.To, contact.From);
        var ended = ClaimDocuments.Kind.Open((await store.Read(partition, id, exchange.Aborted)).OrNull());
        var last = ended
            ?? PastClaims.Kind.Open((await store.Read(partition, PastClaims.IdOf(id), exchange.Aborted)).OrNull());
        return last is null ? null : await Open(exchange, partition, last.Body);
    }

    private async ValueTask<Whereabout?> Open(Exchange exchange, string partition, Claim claim)
    {
        var document = (await store.Read(partition, claim.SessionSid, exchange.Aborted)).OrNull();
        return sessions.Kind.Open(document, exchange.Now) is { } session
            && session.Body.Participants.FirstOrDefault(one => one.Sid == claim.ParticipantSid) is { } participant
                ? new(session, participant)
                : null;
    }
}

/// <summary>A Session and who of it makes contact.</summary>
internal sealed record Whereabout(Stored<ProxySession> Session, Participant Participant)
{
    /// <summary>Whom the contact is for, or null when nobody is there.</summary>
    public Participant? Partner => Session.Body.PartnerOf(Participant);
}
