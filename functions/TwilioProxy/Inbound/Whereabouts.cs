using Sessions.Engine;
using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>Finds the Session that a contact belongs to.</summary>
internal sealed class Whereabouts(
    Reader reader, ClaimKind claims, PastClaimKind pastClaims, ProxySessionKind sessions)
{
    /// <summary>The open Session of the pair, or null: the claim names it, so that nothing is searched.</summary>
    public async ValueTask<Whereabout?> Find(Exchange exchange, Contact contact) =>
        await ClaimOf(exchange, claims, ClaimKind.IdOf(contact.To, contact.From)) is { } claim
        && claim.Body.IsAlive(exchange.Now)
        && await Open(exchange, claim) is { Session.Lifetime.Open: true } found
            ? found
            : null;

    /// <summary>The last Session of the pair, or null when it is forgotten or there was none.</summary>
    public async ValueTask<Whereabout?> Last(Exchange exchange, Contact contact)
    {
        var id = ClaimKind.IdOf(contact.To, contact.From);
        var last = await ClaimOf(exchange, claims, id)
            ?? await ClaimOf(exchange, pastClaims, PastClaimKind.IdOf(id));
        return last is null ? null : await Open(exchange, last);
    }

    private ValueTask<State<Claim>?> ClaimOf(Exchange exchange, Kind<Claim> kind, string id) =>
        reader.Find(kind, ProxyReader.PartitionOf(exchange), id, exchange.Now, exchange.Aborted);

    private async ValueTask<Whereabout?> Open(Exchange exchange, State<Claim> claim)
    {
        var sid = claim.Body.SessionSid;
        return await reader.Find(sessions, claim.Partition, sid, exchange.Now, exchange.Aborted) is { } session
            && session.Body.Find(claim.Body.ParticipantSid) is { } participant
                ? new(session, participant)
                : null;
    }
}

/// <summary>A Session and who of it makes contact.</summary>
internal sealed record Whereabout(State<ProxySession> Session, Participant Participant)
{
    /// <summary>Whom the contact is for, or null when nobody is there.</summary>
    public Participant? Partner => Session.Body.PartnerOf(Participant);
}
