using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Services. Source: https://www.twilio.com/docs/proxy/api/service</summary>
public sealed class ServiceFunctions(
    ProxySurface surface, ProxyLists lists, ServiceDirectory services, IDocumentStore store)
{
    /// <summary>Creates a Service.</summary>
    [Function("TwilioProxy_CreateService")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/Services")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var service = ServiceParameters.Create(await exchange.Form());
            var document = NewDocument(exchange, service) with { RequestHash = await exchange.RequestHash() };
            var created = await store.Create(document, [], exchange.Aborted);
            return Show(
                exchange, StatusCodes.Status201Created, created.Document ?? throw ProxyErrors.ServiceNameTaken());
        });

    /// <summary>Fetches a Service by its SID or its unique name.</summary>
    [Function("TwilioProxy_FetchService")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/Services/{serviceSid}")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var name = exchange.Route("serviceSid");
            var partition = ServiceDocuments.PartitionOf(exchange.Account);
            var read = Sids.Is(Sids.Service, name)
                ? await store.Read(partition, name, exchange.Aborted)
                : await store.ReadByKey(partition, ServiceDocuments.KeyOf(name), exchange.Aborted);
            var document = read.OrNull() ?? throw ProxyErrors.NotFound($"/Services/{name}");
            return Show(exchange, StatusCodes.Status200OK, document);
        });

    /// <summary>Lists the account's Services, newest first.</summary>
    [Function("TwilioProxy_ListService")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/Services")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var partition = ServiceDocuments.PartitionOf(exchange.Account);
            var source = new ListSource(partition, ServiceDocuments.Kind.Name);
            var (page, meta) = await lists.Read(exchange, source, "services", "/Services");
            var list = new ServiceList([.. page.Documents.Select(document => Resource(exchange, document))], meta);
            return ProxySurface.Reply(exchange, StatusCodes.Status200OK, list, ProxyJson.Wire.ServiceList);
        });

    /// <summary>Updates what the parameters name of a Service.</summary>
    [Function("TwilioProxy_UpdateService")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/Services/{serviceSid}")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var form = await exchange.Form();
            var changed = await Change(exchange, service =>
            {
                var body = ServiceParameters.Update(service.Body, form);
                var lifetime = service.Document.Lifetime with { UpdatedAt = exchange.Now };
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
                : Show(exchange, StatusCodes.Status200OK, changed.Value! with { ETag = changed.Commit.ETags[0] });
        });

    /// <summary>Deletes a Service, and in the minute after it everything under it.</summary>
    [Function("TwilioProxy_DeleteService")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/Services/{serviceSid}")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            await Change(exchange, service =>
                new(DeletedServices.WritesFor(service.Document, exchange.Account, exchange.Now), null));
            return ProxySurface.Deleted(exchange);
        });

    private async ValueTask<Changed<Document?>> Change(
        Exchange exchange, Func<Stored<ProxyService>, Change<Document?>> decide)
    {
        var sid = exchange.Route("serviceSid");
        var missing = ProxyErrors.NotFound($"/Services/{sid}");
        if (!Sids.Is(Sids.Service, sid))
        {
            throw missing;
        }

        var changed = await store.Change(ServiceDocuments.PartitionOf(exchange.Account), sid, document =>
        {
            var service = ServiceDocuments.Kind.Open(document) ?? throw missing;
            exchange.Request.RequireMatch(service.Version);
            return decide(service);
        }, exchange.Aborted);
        services.Forget(exchange.Account, sid);
        return changed;
    }

    private static Document NewDocument(Exchange exchange, ProxyService service)
    {
        var partition = ServiceDocuments.PartitionOf(exchange.Account);
        return new()
        {
            Partition = partition,
            Id = Sids.Of(Sids.Service, exchange.NewId(partition)),
            Kind = ServiceDocuments.Kind.Name,
            Key = ServiceDocuments.KeyOf(service.UniqueName),
            Lifetime = new() { Status = "", Open = true, CreatedAt = exchange.Now, UpdatedAt = exchange.Now },
            Body = ServiceDocuments.Kind.Seal(service),
        };
    }

    private ServiceResource Resource(Exchange exchange, Document document) => ServiceResource.Of(
        ServiceDocuments.Kind.Open(document)!, exchange, surface.UrlOf(exchange, $"/Services/{document.Id}"));

    private Answer Show(Exchange exchange, int status, Document document) => ProxySurface
        .Reply(exchange, status, Resource(exchange, document), ProxyJson.Wire.ServiceResource)
        .WithVersion(document.ETag);
}
