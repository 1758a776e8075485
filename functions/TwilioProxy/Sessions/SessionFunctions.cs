using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

/// <summary>Sessions. Source: https://www.twilio.com/docs/proxy/api/session</summary>
public sealed class SessionFunctions(
    ProxySurface surface,
    ProxySessionKind sessions,
    ProxyReader reader,
    ProxyLists lists,
    SessionCreation creation,
    ClaimReader claims,
    Changes changes)
{
    /// <summary>Creates a Session.</summary>
    [Function("TwilioProxy_CreateSession")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/Services/{serviceSid}/Sessions")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.WriteSessions, async exchange =>
        {
            var service = await reader.Service(exchange);
            var wanted = NewSession.Read(await exchange.Form());
            return Show(exchange, StatusCodes.Status201Created, await creation.Create(exchange, service, wanted));
        });

    /// <summary>Fetches a Session by its SID or its unique name.</summary>
    [Function("TwilioProxy_FetchSession")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadSessions, async exchange =>
        {
            await reader.Service(exchange);
            return Show(exchange, StatusCodes.Status200OK, await reader.SessionByName(exchange));
        });

    /// <summary>Lists the Service's Sessions, newest first; those of one status, when it is named.</summary>
    [Function("TwilioProxy_ListSession")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/Services/{serviceSid}/Sessions")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadSessions, async exchange =>
        {
            var service = await reader.Service(exchange);
            var source = new ListSource<ProxySession>(sessions, ProxyReader.PartitionOf(exchange))
            {
                Filter = SessionFilter.Of(exchange.Request.Query),
            };
            var (page, meta) = await lists.Read(exchange, source, "sessions", $"/Services/{service.Id}/Sessions");
            var urls = UrlsOf(exchange);
            var list = new SessionList(
                [.. page.Select(session => SessionResource.Of(session, exchange, urls + session.Id))], meta);
            return Answer.Json(StatusCodes.Status200OK, list, ProxyJson.Wire.SessionList);
        });

    /// <summary>Changes a Session's expiry, closes it, or opens it again.</summary>
    [Function("TwilioProxy_UpdateSession")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.WriteSessions, async exchange =>
        {
            var update = SessionUpdate.Read(await exchange.Form());
            await reader.Service(exchange);
            var taken = new TakenPairs(exchange.Now);
            var session = reader.Changing(exchange) with
            {
                Taken = (refused, now) => claims.Learn(refused, taken, now, exchange.Aborted),
            };
            return Show(exchange, StatusCodes.Status200OK, await changes.Change(
                await exchange.Command(), session, (seen, now) =>
                    Decision.To(sessions.Named(SessionRules.Update(seen, update, taken, now)))));
        });

    /// <summary>Deletes a Session.</summary>
    [Function("TwilioProxy_DeleteSession")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.WriteSessions, async exchange =>
        {
            await reader.Service(exchange);
            await changes.Remove(
                await exchange.Command(), reader.Changing(exchange), (session, _) => Decision.Remove(session));
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    // Up to the SID.
    private string UrlsOf(Exchange exchange) =>
        surface.UrlOf(exchange, $"/Services/{exchange.Route("serviceSid")}/Sessions/");

    private Answer Show(Exchange exchange, int status, State<ProxySession> session) => Answer
        .Json(
            status,
            SessionResource.Of(session, exchange, UrlsOf(exchange) + session.Id),
            ProxyJson.Wire.SessionResource)
        .WithVersion(session.Version);
}

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
