using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>A Session on the wire. Source: https://www.twilio.com/docs/proxy/api/session</summary>
public sealed record SessionResource(
    string Sid,
    string ServiceSid,
    string AccountSid,
    DateTimeOffset? DateStarted,
    DateTimeOffset? DateEnded,
    DateTimeOffset? DateLastInteraction,
    DateTimeOffset? DateExpiry,
    string? UniqueName,
    string Status,
    string ClosedReason,
    int Ttl,
    string Mode,
    DateTimeOffset DateCreated,
    DateTimeOffset DateUpdated,
    string Url,
    SessionLinks Links)
{
    internal static SessionResource Of(Stored<ProxySession> session, Exchange exchange, string serviceSid, string url)
    {
        var lifetime = session.Document.Lifetime;
        return new(
            Sid: session.Document.Id,
            ServiceSid: serviceSid,
            AccountSid: exchange.Account.Sid,
            DateStarted: lifetime.StartedAt,
            DateEnded: lifetime.EndedAt,
            DateLastInteraction: session.Body.LastInteractionAt,
            DateExpiry: lifetime.DateExpiry,
            UniqueName: session.Body.UniqueName,
            Status: lifetime.Status,
            ClosedReason: lifetime.ClosedReason ?? "",
            Ttl: lifetime.TtlSeconds ?? 0,
            Mode: session.Body.Mode,
            DateCreated: lifetime.CreatedAt,
            DateUpdated: lifetime.UpdatedAt,
            Url: url,
            Links: new($"{url}/Interactions", $"{url}/Participants"));
    }
}

/// <summary>What lies under a Session.</summary>
public sealed record SessionLinks(string Interactions, string Participants);

/// <summary>A page of Sessions.</summary>
public sealed record SessionList(IReadOnlyList<SessionResource> Sessions, ListMeta Meta);
