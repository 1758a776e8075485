using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Bodies;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Services. Source: https://www.twilio.com/docs/proxy/api/service</summary>
public sealed class ServiceFunctions(
    ProxySurface surface,
    ProxyServiceKind services,
    ProxyReader reader,
    ProxyLists lists,
    Changes changes,
    OwnAddresses own,
    IDocumentStore store,
    IIdSource ids)
{
    /// <summary>Creates a Service.</summary>
    [Function("TwilioProxy_CreateService")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/Services")] HttpRequest request) =>
        surface.Run(request, ProxyScopes.WriteServices, async exchange =>
        {
            var service = ServiceParameters.Create(await Parameters(exchange));
            var partition = ProxyServiceKind.PartitionOf(exchange.Account);
            return Show(exchange, StatusCodes.Status201Created, await changes.Create(
                await exchange.Command(),
                services,
                partition,
                now => Decision.To(services.New(
                    exchange.Account.Id, partition, Sids.Of(Sids.Service, ids.Next()), service, now)),
                create => (create with { Taken = NameTaken }).WithMadeBefore(
                    store, exchange, partition, id => Sids.Of(Sids.Service, id))));
        });

    /// <summary>Fetches a Service by its SID or its unique name.</summary>
    [Function("TwilioProxy_FetchService")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/Services/{serviceSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadServices, async exchange =>
            Show(exchange, StatusCodes.Status200OK, await reader.ServiceByName(exchange)));

    /// <summary>Lists the account's Services, newest first.</summary>
    [Function("TwilioProxy_ListService")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/Services")] HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadServices, async exchange =>
        {
            var source = new ListSource<ProxyService>(services, ProxyServiceKind.PartitionOf(exchange.Account));
            var (page, meta) = await lists.Read(exchange, source, "services", "/Services");
            var list = new ServiceList([.. page.Select(service => Resource(exchange, service))], meta);
            return Answer.Json(StatusCodes.Status200OK, list, ProxyJson.Wire.ServiceList);
        });

    /// <summary>Updates what the parameters name of a Service.</summary>
    [Function("TwilioProxy_UpdateService")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/Services/{serviceSid}")] HttpRequest request) =>
        surface.Run(request, ProxyScopes.WriteServices, async exchange =>
        {
            var form = await Parameters(exchange);
            return Show(exchange, StatusCodes.Status200OK, await changes.Change(
                await exchange.Command(),
                Named(exchange),
                (service, now) => Decision.To(service.To(ServiceParameters.Update(service.Body, form), now))));
        });

    /// <summary>Deletes a Service, and in the minute after it everything under it.</summary>
    [Function("TwilioProxy_DeleteService")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/Services/{serviceSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.WriteServices, async exchange =>
        {
            await changes.Remove(
                await exchange.Command(), Named(exchange), (service, _) => Decision.Remove(service));
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    private async ValueTask<Form> Parameters(Exchange exchange)
    {
        var form = await exchange.Form();
        own.RequireElsewhere(
            exchange.Request, form, "CallbackUrl", "InterceptCallbackUrl", "OutOfSessionCallbackUrl");
        return form;
    }

    private Subject<State<ProxyService>, ProxyService> Named(Exchange exchange) => new(
        services, ProxyServiceKind.PartitionOf(exchange.Account), _ => reader.ServiceNow(exchange))
    {
        Lane = exchange.Route("serviceSid"),
        VersionOf = service => service.Version,
        Taken = NameTaken,
    };

    private static ValueTask NameTaken(Write write, DateTimeOffset now) => throw ProxyErrors.ServiceNameTaken();

    private ServiceResource Resource(Exchange exchange, State<ProxyService> service) =>
        ServiceResource.Of(service, exchange, surface.UrlOf(exchange, $"/Services/{service.Id}"));

    private Answer Show(Exchange exchange, int status, State<ProxyService> service) => Answer
        .Json(status, Resource(exchange, service), ProxyJson.Wire.ServiceResource)
        .WithVersion(service.Version);
}
