using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>A Participant on the wire. Source: https://www.twilio.com/docs/proxy/api/participant</summary>
public sealed record ParticipantResource(
    string Sid,
    string SessionSid,
    string ServiceSid,
    string AccountSid,
    string? FriendlyName,
    string Identifier,
    string ProxyIdentifier,
    string? ProxyIdentifierSid,
    DateTimeOffset? DateDeleted,
    DateTimeOffset DateCreated,
    DateTimeOffset DateUpdated,
    string Url,
    ParticipantLinks Links)
{
    internal static ParticipantResource Of(Participant participant, Exchange exchange, string url) => new(
        Sid: participant.Sid,
        SessionSid: exchange.Route("sessionSid"),
        ServiceSid: exchange.Route("serviceSid"),
        AccountSid: exchange.Account.Sid,
        FriendlyName: participant.FriendlyName,
        Identifier: participant.Identifier,
        ProxyIdentifier: participant.ProxyIdentifier,
        ProxyIdentifierSid: participant.ProxyIdentifierSid,
        DateDeleted: participant.DeletedAt,
        DateCreated: participant.CreatedAt,
        DateUpdated: participant.UpdatedAt,
        Url: url,
        Links: new($"{url}/MessageInteractions"));
}

/// <summary>What lies under a Participant.</summary>
public sealed record ParticipantLinks(string MessageInteractions);

/// <summary>A page of Participants.</summary>
public sealed record ParticipantList(IReadOnlyList<ParticipantResource> Participants, ListMeta Meta);
