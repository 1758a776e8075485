using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>The short codes of a Service. Source: https://www.twilio.com/docs/proxy/api/short-code</summary>
public sealed class ShortCodeFunctions(
    ProxySurface surface,
    ProxyReader reader,
    ProxyLists lists,
    ServiceNumbers numbers,
    NumberRegistry registry,
    CarrierNumbers carried,
    NumberKinds kinds)
{
    private readonly NumberKind _kind = kinds.ShortCodes;

    /// <summary>Adds a short code to the Service's pool.</summary>
    [Function("TwilioProxy_CreateShortCode")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/Services/{serviceSid}/ShortCodes")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.WriteShortCodes, async exchange =>
        {
            await reader.Service(exchange);
            var wanted = NewNumber.ShortCode(await exchange.Form());
            var found = await carried.Ask(exchange, wanted);
            var digits = found?.Digits ?? wanted.Number ?? await DigitsOf(exchange, wanted.Sid!);
            var code = new ProxyNumber(digits, FriendlyName: null, IsoCountry: null, wanted.IsReserved);
            return Show(
                exchange, StatusCodes.Status201Created, await numbers.Add(exchange, _kind, wanted.Sid!, code, found));
        });

    /// <summary>Fetches a short code.</summary>
    [Function("TwilioProxy_FetchShortCode")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/Services/{serviceSid}/ShortCodes/{shortCodeSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadShortCodes, async exchange =>
        {
            await reader.Service(exchange);
            var code = await numbers.Read(exchange, _kind, exchange.Route("shortCodeSid"));
            return Show(exchange, StatusCodes.Status200OK, code);
        });

    /// <summary>Lists the Service's short codes, newest first.</summary>
    [Function("TwilioProxy_ListShortCode")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/Services/{serviceSid}/ShortCodes")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadShortCodes, async exchange =>
        {
            var service = await reader.Service(exchange);
            var path = $"/Services/{service.Id}/ShortCodes";
            var source = ListSource.Of(_kind, ProxyReader.PartitionOf(exchange));
            var (page, meta) = await lists.Read(exchange, source, "short_codes", path);
            var list = new ShortCodeList([.. page.Select(code => Resource(exchange, code))], meta);
            return Answer.Json(StatusCodes.Status200OK, list, ProxyJson.Wire.ShortCodeList);
        });

    /// <summary>Reserves a short code, or frees it.</summary>
    [Function("TwilioProxy_UpdateShortCode")]
    public Task<IResult> Update(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post", Route = "v1/Services/{serviceSid}/ShortCodes/{shortCodeSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.WriteShortCodes, async exchange =>
        {
            await reader.Service(exchange);
            var reserved = NewNumber.Reservation(await exchange.Form());
            var changed = await numbers.Reserve(exchange, _kind, exchange.Route("shortCodeSid"), reserved);
            return Show(exchange, StatusCodes.Status200OK, changed);
        });

    /// <summary>Removes a short code from the Service's pool.</summary>
    [Function("TwilioProxy_DeleteShortCode")]
    public Task<IResult> Delete(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete", Route = "v1/Services/{serviceSid}/ShortCodes/{shortCodeSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.WriteShortCodes, async exchange =>
        {
            await reader.Service(exchange);
            await numbers.Remove(exchange, _kind, exchange.Route("shortCodeSid"));
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    // No SDK sends them, so where no carrier knows them they are those of before, or made up.
    private async ValueTask<string> DigitsOf(Exchange exchange, string sid) =>
        (await registry.BySid(exchange, sid))?.Body.Number
        ?? await registry.FirstNew(exchange, MadeUp.ShortCodesOf(sid));

    private ShortCodeResource Resource(Exchange exchange, State<ProxyNumber> code)
    {
        var serviceSid = exchange.Route("serviceSid");
        var url = surface.UrlOf(exchange, $"/Services/{serviceSid}/ShortCodes/{code.Id}");
        return ShortCodeResource.Of(code, exchange, serviceSid, url);
    }

    private Answer Show(Exchange exchange, int status, State<ProxyNumber> code) => Answer
        .Json(status, Resource(exchange, code), ProxyJson.Wire.ShortCodeResource)
        .WithVersion(code.Version);
}
