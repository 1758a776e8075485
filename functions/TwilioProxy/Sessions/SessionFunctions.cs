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
    private const string Collection = "v1/Services/{serviceSid}/Sessions";
    private const string Item = Collection + "/{sessionSid}";

    /// <summary>Creates a Session.</summary>
    [Function("TwilioProxy_CreateSession")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var service = await services.Find(call, call.Route("serviceSid"));
            var wanted = NewSession.Read(await call.Form());
            return Show(call, StatusCodes.Status201Created, await creation.CreateSession(call, service, wanted));
        });

    /// <summary>Fetches a Session by its SID or its unique name.</summary>
    [Function("TwilioProxy_FetchSession")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            return Show(call, StatusCodes.Status200OK, await sessions.Find(call, call.Route("sessionSid")));
        });

    /// <summary>Lists the Service's Sessions, newest first.</summary>
    [Function("TwilioProxy_ListSession")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var service = await services.Find(call, call.Route("serviceSid"));
            var path = $"/Services/{service.Document.Id}/Sessions";
            var source = new ListSource(SessionDirectory.PartitionOf(call), SessionDocuments.KindName);
            var (page, meta) = await lists.Read(call, source, "sessions", path);
            var resources = page.Documents.Select(document => Resource(call, sessions.Open(call, document)));
            var list = new SessionList([.. resources], meta);
            return ProxySurface.Reply(call, StatusCodes.Status200OK, list, ProxyJson.Wire.SessionList);
        });

    /// <summary>Changes a Session's expiry, closes it, or opens it again.</summary>
    [Function("TwilioProxy_UpdateSession")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var update = SessionUpdate.Read(await call.Form());
            await services.Find(call, call.Route("serviceSid"));
            var changed = await sessions.Change(
                call, (session, taken) => SessionUpdates.Apply(session, update, taken, call.Now));
            return Show(call, StatusCodes.Status200OK, changed.Document!);
        });

    /// <summary>Deletes a Session.</summary>
    [Function("TwilioProxy_DeleteSession")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            await sessions.Delete(call);
            return ProxySurface.Deleted(call);
        });

    private SessionResource Resource(Call call, Stored<ProxySession> session)
    {
        var serviceSid = call.Route("serviceSid");
        return SessionResource.Of(
            session, call, serviceSid, surface.UrlOf(call, $"/Services/{serviceSid}/Sessions/{session.Document.Id}"));
    }

    private Answer Show(Call call, int status, Document document)
    {
        var session = sessions.Open(call, document);
        return ProxySurface
            .Reply(call, status, Resource(call, session), ProxyJson.Wire.SessionResource)
            .WithVersion(session.Version);
    }
}
