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
            return Show(exchange, StatusCodes.Status200OK, await reader.ShownByName(exchange));
        });

    /// <summary>Lists the Service's Sessions, newest first; those of one status, when it is named.</summary>
    [Function("TwilioProxy_ListSession")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/Services/{serviceSid}/Sessions")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadSessions, async exchange =>
        {
            var service = await reader.Service(exchange);
            var source = new ListSource<Shown<ShownSession>>(
                sessions.Name,
                ProxyReader.PartitionOf(exchange),
                (document, now) => sessions.Show(document, now, ProxyStorageJson.Default.ShownSession)!.Value)
            {
                Filter = SessionFilter.Of(exchange.Request.Query),
            };
            var (page, meta) = await lists.Read(exchange, source, "sessions", $"/Services/{service.Id}/Sessions");
            var urls = UrlsOf(exchange);
            var list = new SessionList(
                [.. page.Select(session => new SessionResource(session, exchange, urls))], meta);
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

    private Answer Show(Exchange exchange, int status, State<ProxySession> session) =>
        Show(exchange, status, session.Shown());

    private Answer Show(Exchange exchange, int status, Shown<ShownSession> session) => Answer
        .Json(status, new SessionResource(session, exchange, UrlsOf(exchange)), ProxyJson.Wire.SessionResource)
        .WithVersion(session.Version);
}

/// <summary>A Session on the wire. Source: https://www.twilio.com/docs/proxy/api/session</summary>
public sealed record SessionResource
{
    private readonly Shown<ShownSession> _session;
    private readonly Exchange _exchange;
    private readonly string _urls;

    /// <summary>The Session as an exchange shows it.</summary>
    /// <param name="session">The Session.</param>
    /// <param name="exchange">The exchange, under a Service.</param>
    /// <param name="urls">The address of that Service's Sessions, with a final slash.</param>
    internal SessionResource(Shown<ShownSession> session, Exchange exchange, string urls) =>
        (_session, _exchange, _urls) = (session, exchange, urls);

    /// <summary>Its SID.</summary>
    public string Sid => _session.Id;

    /// <summary>Its Service.</summary>
    public string ServiceSid => _exchange.Route("serviceSid");

    /// <summary>Its account.</summary>
    public string AccountSid => _exchange.Account.Sid;

    /// <summary>When it was first used.</summary>
    public DateTimeOffset? DateStarted => _session.Lifetime.StartedAt;

    /// <summary>When it ended.</summary>
    public DateTimeOffset? DateEnded => _session.Lifetime.EndedAt;

    /// <summary>When someone last spoke or wrote in it.</summary>
    public DateTimeOffset? DateLastInteraction => _session.Body.LastInteractionAt;

    /// <summary>When it ends, whatever Ttl says.</summary>
    public DateTimeOffset? DateExpiry => _session.Lifetime.DateExpiry;

    /// <summary>Its own name, unique in the Service.</summary>
    public string? UniqueName => _session.Body.UniqueName;

    /// <summary>How it is.</summary>
    public string Status => _session.Lifetime.Status;

    /// <summary>Why it ended; empty while it is open.</summary>
    public string ClosedReason => _session.Lifetime.ClosedReason ?? "";

    /// <summary>Seconds that it lives after its last use; 0 is for ever.</summary>
    public int Ttl => _session.Lifetime.TtlSeconds ?? 0;

    /// <summary>What it carries.</summary>
    public string Mode => _session.Body.Mode;

    /// <summary>When it was made.</summary>
    public DateTimeOffset DateCreated => _session.Lifetime.CreatedAt;

    /// <summary>When it last changed.</summary>
    public DateTimeOffset DateUpdated => _session.Lifetime.UpdatedAt;

    /// <summary>Its address.</summary>
    public WireAddress Url => new(_urls, _session.Id);

    /// <summary>What lies under it.</summary>
    public SessionLinks Links => new(Url);
}

/// <summary>What lies under a Session.</summary>
public sealed record SessionLinks
{
    private readonly WireAddress _session;

    internal SessionLinks(WireAddress session) => _session = session;

    /// <summary>What was said in it.</summary>
    public WireAddress Interactions => _session with { Below = "/Interactions" };

    /// <summary>Who takes part in it.</summary>
    public WireAddress Participants => _session with { Below = "/Participants" };
}

/// <summary>A page of Sessions.</summary>
public sealed record SessionList(IReadOnlyList<SessionResource> Sessions, ListMeta Meta);

/// <summary>
/// What a list of Sessions may be narrowed down by. Twilio's has no filter; ours is called as its field.
/// </summary>
internal static class SessionFilter
{
    /// <summary>The filter of a query; null when it names none.</summary>
    /// <exception cref="RefusedException">20001: there is no such status.</exception>
    public static ListFilter<Shown<ShownSession>>? Of(IQueryCollection query) => query["Status"].ToString() switch
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
