using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Services. Source: https://www.twilio.com/docs/proxy/api/service</summary>
public sealed class ServiceFunctions(
    ProxySurface surface, ProxyLists lists, ServiceDirectory services, IDocumentStore store)
{
    private const string Collection = "v1/Services";
    private const string Item = Collection + "/{serviceSid}";

    /// <summary>Creates a Service.</summary>
    [Function("TwilioProxy_CreateService")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var service = ServiceParameters.Create(await call.Form());
            var document = NewDocument(call, service) with { RequestHash = await call.RequestHash() };
            var created = await store.Create(document, [], call.Aborted);
            return Show(call, StatusCodes.Status201Created, created.Document ?? throw ProxyErrors.ServiceNameTaken());
        });

    /// <summary>Fetches a Service by its SID or its unique name.</summary>
    [Function("TwilioProxy_FetchService")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var name = call.Route("serviceSid");
            var partition = ServiceDocuments.PartitionOf(call.Account);
            var read = Sids.Is(Sids.Service, name)
                ? await store.Read(partition, name, call.Aborted)
                : await store.ReadByKey(partition, ServiceDocuments.KeyOf(name), call.Aborted);
            var document = read.OrNull() ?? throw ProxyErrors.NotFound($"/Services/{name}");
            return Show(call, StatusCodes.Status200OK, document);
        });

    /// <summary>Lists the account's Services, newest first.</summary>
    [Function("TwilioProxy_ListService")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var partition = ServiceDocuments.PartitionOf(call.Account);
            var source = new ListSource(partition, ServiceDocuments.Kind.Name);
            var (page, meta) = await lists.Read(call, source, "services", "/Services");
            var list = new ServiceList([.. page.Documents.Select(document => Resource(call, document))], meta);
            return ProxySurface.Reply(call, StatusCodes.Status200OK, list, ProxyJson.Wire.ServiceList);
        });

    /// <summary>Updates what the parameters name of a Service.</summary>
    [Function("TwilioProxy_UpdateService")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var form = await call.Form();
            var changed = await Change(call, service =>
            {
                var body = ServiceParameters.Update(service.Body, form);
                var lifetime = service.Document.Lifetime with { UpdatedAt = call.Now };
                var document = service.Document with
                {
                    Key = ServiceDocuments.KeyOf(body.UniqueName),
                    Lifetime = lifetime,
                    Body = ServiceDocuments.Kind.Seal(body),
                };
                return new([new Write.Replace(document)], document);
            });
            return changed.Commit.Outcome == StoreOutcome.Conflict
                ? throw ProxyErrors.ServiceNameTaken()
                : Show(call, StatusCodes.Status200OK, changed.Value! with { ETag = changed.Commit.ETags[0] });
        });

    /// <summary>Deletes a Service, and in the minute after it everything under it.</summary>
    [Function("TwilioProxy_DeleteService")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await Change(call, service =>
                new(DeletedServices.WritesFor(service.Document, call.Account, call.Now), null));
            return ProxySurface.Deleted(call);
        });

    private async ValueTask<Changed<Document?>> Change(Call call, Func<Stored<ProxyService>, Change<Document?>> decide)
    {
        var sid = call.Route("serviceSid");
        var missing = ProxyErrors.NotFound($"/Services/{sid}");
        if (!Sids.Is(Sids.Service, sid))
        {
            throw missing;
        }

        var changed = await store.Change(ServiceDocuments.PartitionOf(call.Account), sid, document =>
        {
            var service = ServiceDocuments.Kind.Open(document) ?? throw missing;
            call.Request.RequireMatch(service.Version);
            return decide(service);
        }, call.Aborted);
        services.Forget(call.Account, sid);
        return changed;
    }

    private static Document NewDocument(Call call, ProxyService service)
    {
        var partition = ServiceDocuments.PartitionOf(call.Account);
        return new()
        {
            Partition = partition,
            Id = Sids.Of(Sids.Service, call.NewId(partition)),
            Kind = ServiceDocuments.Kind.Name,
            Key = ServiceDocuments.KeyOf(service.UniqueName),
            Lifetime = new() { Status = "", Open = true, CreatedAt = call.Now, UpdatedAt = call.Now },
            Body = ServiceDocuments.Kind.Seal(service),
        };
    }

    private ServiceResource Resource(Call call, Document document) => ServiceResource.Of(
        ServiceDocuments.Kind.Open(document)!, call, surface.UrlOf(call, $"/Services/{document.Id}"));

    private Answer Show(Call call, int status, Document document) => ProxySurface
        .Reply(call, status, Resource(call, document), ProxyJson.Wire.ServiceResource)
        .WithVersion(document.ETag);
}
