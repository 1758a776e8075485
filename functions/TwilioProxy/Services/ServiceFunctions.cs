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
            var source = ListSource.Of(services, ProxyServiceKind.PartitionOf(exchange.Account));
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

/// <summary>A Service on the wire. Source: https://www.twilio.com/docs/proxy/api/service</summary>
public sealed record ServiceResource(
    string Sid,
    string UniqueName,
    string AccountSid,
    string? ChatInstanceSid,
    string? CallbackUrl,
    int DefaultTtl,
    string NumberSelectionBehavior,
    string GeoMatchLevel,
    string? InterceptCallbackUrl,
    string? OutOfSessionCallbackUrl,
    DateTimeOffset DateCreated,
    DateTimeOffset DateUpdated,
    string Url,
    ServiceLinks Links)
{
    internal static ServiceResource Of(State<ProxyService> service, Exchange exchange, string url) => new(
        Sid: service.Id,
        UniqueName: service.Body.UniqueName,
        AccountSid: exchange.Account.Sid,
        ChatInstanceSid: service.Body.ChatInstanceSid,
        CallbackUrl: service.Body.CallbackUrl,
        DefaultTtl: service.Body.DefaultTtl,
        NumberSelectionBehavior: service.Body.NumberSelectionBehavior,
        GeoMatchLevel: service.Body.GeoMatchLevel,
        InterceptCallbackUrl: service.Body.InterceptCallbackUrl,
        OutOfSessionCallbackUrl: service.Body.OutOfSessionCallbackUrl,
        DateCreated: service.CreatedAt,
        DateUpdated: service.UpdatedAt,
        Url: url,
        Links: new($"{url}/Sessions", $"{url}/PhoneNumbers", $"{url}/ShortCodes"));
}

/// <summary>What lies under a Service.</summary>
public sealed record ServiceLinks(string Sessions, string PhoneNumbers, string ShortCodes);

/// <summary>A page of Services.</summary>
public sealed record ServiceList(IReadOnlyList<ServiceResource> Services, ListMeta Meta);

/// <summary>The parameters of a Service's create and update.</summary>
internal static class ServiceParameters
{
    private const int MaxUniqueName = 191;

    /// <summary>The service that a create asks for.</summary>
    public static ProxyService Create(Form form)
    {
        var parameters = new ProxyParameters(form);
        return Apply(new() { UniqueName = parameters.RequiredText("UniqueName", MaxUniqueName) }, parameters);
    }

    /// <summary>The service with what an update names.</summary>
    public static ProxyService Update(ProxyService service, Form form)
    {
        var parameters = new ProxyParameters(form);
        var renamed = form.All("UniqueName").Count == 0
            ? service
            : service with { UniqueName = parameters.RequiredText("UniqueName", MaxUniqueName) };
        return Apply(renamed, parameters);
    }

    private static ProxyService Apply(ProxyService service, ProxyParameters given) => service with
    {
        DefaultTtl = given.Seconds("DefaultTtl") ?? service.DefaultTtl,
        CallbackUrl = Kept(given.Url("CallbackUrl"), service.CallbackUrl),
        GeoMatchLevel =
            given.Word("GeoMatchLevel", GeoMatch.Levels) ?? service.GeoMatchLevel,
        NumberSelectionBehavior =
            given.Word("NumberSelectionBehavior", "avoid-sticky", "prefer-sticky") ?? service.NumberSelectionBehavior,
        InterceptCallbackUrl = Kept(given.Url("InterceptCallbackUrl"), service.InterceptCallbackUrl),
        OutOfSessionCallbackUrl = Kept(given.Url("OutOfSessionCallbackUrl"), service.OutOfSessionCallbackUrl),
        ChatInstanceSid = Kept(given.Sid("ChatInstanceSid", Sids.ChatInstance), service.ChatInstanceSid),
    };

    private static string? Kept(string? given, string? before) => given switch
    {
        null => before,
        "" => null,
        _ => given,
    };
}
