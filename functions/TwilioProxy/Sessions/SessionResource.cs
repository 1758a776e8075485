using Microsoft.AspNetCore.Http;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Bodies;

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
    internal static SessionResource Of(State<ProxySession> session, Exchange exchange, string url)
    {
        var lifetime = session.Lifetime;
        return new(
            Sid: session.Id,
            ServiceSid: exchange.Route("serviceSid"),
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

/// <summary>
/// What a list of Sessions may be narrowed down by. Twilio's has no filter; ours is called as its field.
/// </summary>
internal static class SessionFilter
{
    /// <summary>The filter of a query; null when it names none.</summary>
    /// <exception cref="RefusedException">20001: there is no such status.</exception>
    public static ListFilter<ProxySession>? Of(IQueryCollection query) => query["Status"].ToString() switch
    {
        "" => null,
        var status when SessionStatus.All.Contains(status) =>
            new($"Status={status}&", session => session.Lifetime.Status == status),
        _ => throw ProxyErrors.Invalid($"Invalid Status: send one of {string.Join(", ", SessionStatus.All)}."),
    };
}

/// <summary>The parameters of a Session create.</summary>
internal sealed record NewSession(
    string? UniqueName,
    DateTimeOffset? DateExpiry,
    int? Ttl,
    string Mode,
    string Status,
    IReadOnlyList<NewParticipant> Participants)
{
    private const int MaxUniqueName = 191;

    public static NewSession Read(Form form)
    {
        var parameters = new ProxyParameters(form);
        _ = parameters.Flag("FailOnParticipantConflict");
        return new(
            parameters.Text("UniqueName", MaxUniqueName) is { Length: > 0 } name ? name : null,
            parameters.Date("DateExpiry"),
            parameters.Seconds("Ttl"),
            parameters.Word("Mode", SessionMode.All) ?? SessionMode.VoiceAndMessage,
            parameters.Word("Status", SessionStatus.All) ?? SessionStatus.Open,
            [.. parameters.All("Participants").SelectMany(NewParticipant.Parse)]);
    }
}

/// <summary>The parameters of a Session update; null is what it does not name.</summary>
internal sealed record SessionUpdate(DateTimeOffset? DateExpiry, int? Ttl, string? Status)
{
    public static SessionUpdate Read(Form form)
    {
        var parameters = new ProxyParameters(form);
        _ = parameters.Flag("FailOnParticipantConflict");
        var status = parameters.Word("Status", SessionStatus.All);
        return new(parameters.Date("DateExpiry"), parameters.Seconds("Ttl"), status);
    }
}
