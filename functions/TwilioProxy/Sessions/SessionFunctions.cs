using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Sessions. Source: https://www.twilio.com/docs/proxy/api/session</summary>
public sealed class SessionFunctions(
    ProxySurface surface,
    ProxyLists lists,
    ServiceDirectory services,
    SessionDirectory sessions,
    ParticipantCreation creation)
{
    /// <summary>Creates a Session.</summary>
    [Function("TwilioProxy_CreateSession")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/Services/{serviceSid}/Sessions")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var service = await services.Find(exchange, exchange.Route("serviceSid"));
            var wanted = NewSession.Read(await exchange.Form());
            return Show(
                exchange, StatusCodes.Status201Created, await creation.CreateSession(exchange, service, wanted));
        });

    /// <summary>Fetches a Session by its SID or its unique name.</summary>
    [Function("TwilioProxy_FetchSession")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            await services.Find(exchange, exchange.Route("serviceSid"));
            return Show(exchange, StatusCodes.Status200OK, await sessions.Find(exchange, exchange.Route("sessionSid")));
        });

    /// <summary>Lists the Service's Sessions, newest first.</summary>
    [Function("TwilioProxy_ListSession")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/Services/{serviceSid}/Sessions")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var service = await services.Find(exchange, exchange.Route("serviceSid"));
            var path = $"/Services/{service.Document.Id}/Sessions";
            var source = new ListSource(SessionDirectory.PartitionOf(exchange), SessionDocuments.KindName);
            var (page, meta) = await lists.Read(exchange, source, "sessions", path);
            var resources = page.Documents.Select(document => Resource(exchange, sessions.Open(exchange, document)));
            var list = new SessionList([.. resources], meta);
            return ProxySurface.Reply(exchange, StatusCodes.Status200OK, list, ProxyJson.Wire.SessionList);
        });

    /// <summary>Changes a Session's expiry, closes it, or opens it again.</summary>
    [Function("TwilioProxy_UpdateSession")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var update = SessionUpdate.Read(await exchange.Form());
            await services.Find(exchange, exchange.Route("serviceSid"));
            var changed = await sessions.Change(
                exchange, (session, taken) => SessionUpdates.Apply(session, update, taken, exchange.Now));
            return Show(exchange, StatusCodes.Status200OK, changed.Document!);
        });

    /// <summary>Deletes a Session.</summary>
    [Function("TwilioProxy_DeleteSession")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            await services.Find(exchange, exchange.Route("serviceSid"));
            await sessions.Delete(exchange);
            return ProxySurface.Deleted(exchange);
        });

    private SessionResource Resource(Exchange exchange, Stored<ProxySession> session)
    {
        var serviceSid = exchange.Route("serviceSid");
        return SessionResource.Of(
            session, exchange, serviceSid, surface.UrlOf(
                exchange, $"/Services/{serviceSid}/Sessions/{session.Document.Id}"));
    }

    private Answer Show(Exchange exchange, int status, Document document)
    {
        var session = sessions.Open(exchange, document);
        return ProxySurface
            .Reply(exchange, status, Resource(exchange, session), ProxyJson.Wire.SessionResource)
            .WithVersion(session.Version);
    }
}
