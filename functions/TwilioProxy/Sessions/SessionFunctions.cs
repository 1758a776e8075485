using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Sessions. Source: https://www.twilio.com/docs/proxy/api/session</summary>
public sealed class SessionFunctions(
    ProxySurface surface, ProxyLists lists, ServiceDirectory services, SessionDocuments sessions, IDocumentStore store)
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
            var lifetime = SessionRules.Start(wanted, service.Body.DefaultTtl, call.Now);
            var document = sessions.New(call, PartitionOf(call), wanted, lifetime) with
            {
                RequestHash = await call.RequestHash(),
            };
            var created = await store.Create(document, [], call.Aborted);
            return Show(call, StatusCodes.Status201Created, created.Document ?? throw ProxyErrors.SessionNameTaken());
        });

    /// <summary>Fetches a Session by its SID or its unique name.</summary>
    [Function("TwilioProxy_FetchSession")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            var name = call.Route("sessionSid");
            var bySid = Sids.Is(Sids.Session, name);
            var read = bySid
                ? await store.Read(PartitionOf(call), name, call.Aborted)
                : await store.ReadByKey(PartitionOf(call), SessionDocuments.KeyOf(name)!, call.Aborted);
            return Show(call, StatusCodes.Status200OK, read.OrNull()
                ?? throw (bySid ? Missing(call) : ProxyErrors.NoSessionOfThatName()));
        });

    /// <summary>Lists the Service's Sessions, newest first.</summary>
    [Function("TwilioProxy_ListSession")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var service = await services.Find(call, call.Route("serviceSid"));
            var path = $"/Services/{service.Document.Id}/Sessions";
            var (page, meta) = await lists.Read(call, PartitionOf(call), sessions.Kind.Name, "sessions", path);
            var resources = page.Documents.Select(document => Resource(call, Seen(call, document)!));
            var list = new SessionList([.. resources], meta);
            return ProxySurface.Reply(call, StatusCodes.Status200OK, list, ProxyJson.Wire.SessionList);
        });

    /// <summary>Changes the expiry, closes, or re-opens.</summary>
    [Function("TwilioProxy_UpdateSession")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var update = SessionUpdate.Read(await call.Form());
            var changed = await Change(call, session =>
            {
                var lifetime = SessionRules.Update(session.Document.Lifetime, update, call.Now);
                var document = sessions.Kind.Seal(session.Document, lifetime, session.Body, call.Now);
                return new([new Write.Replace(document)], document);
            });
            return Show(call, StatusCodes.Status200OK, changed.Value! with { ETag = changed.Commit.ETags[0] });
        });

    /// <summary>Deletes a Session.</summary>
    [Function("TwilioProxy_DeleteSession")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await Change(call, session => new([new Write.Delete(session.Document.Id, session.Document.ETag)], null));
            return ProxySurface.Deleted(call);
        });

    private async ValueTask<Changed<Document?>> Change(Call call, Func<Stored<ProxySession>, Change<Document?>> decide)
    {
        await services.Find(call, call.Route("serviceSid"));
        var sid = call.Route("sessionSid");
        if (!Sids.Is(Sids.Session, sid))
        {
            throw Missing(call);
        }

        return await store.Change(PartitionOf(call), sid, document =>
        {
            var session = Seen(call, document) ?? throw Missing(call);
            call.Request.RequireMatch(session.Version);
            return decide(session);
        }, call.Aborted);
    }

    private Stored<ProxySession>? Seen(Call call, Document? document) => sessions.Kind.Open(document, call.Now);

    private static string PartitionOf(Call call) =>
        ServiceDocuments.PartitionUnder(call.Account, call.Route("serviceSid"));

    private static RefusedException Missing(Call call) =>
        ProxyErrors.NotFound($"/Services/{call.Route("serviceSid")}/Sessions/{call.Route("sessionSid")}");

    private SessionResource Resource(Call call, Stored<ProxySession> session)
    {
        var serviceSid = call.Route("serviceSid");
        return SessionResource.Of(
            session, call, serviceSid, surface.UrlOf(call, $"/Services/{serviceSid}/Sessions/{session.Document.Id}"));
    }

    private Answer Show(Call call, int status, Document document)
    {
        var session = Seen(call, document) ?? throw Missing(call);
        return ProxySurface
            .Reply(call, status, Resource(call, session), ProxyJson.Wire.SessionResource)
            .WithVersion(session.Version);
    }
}
