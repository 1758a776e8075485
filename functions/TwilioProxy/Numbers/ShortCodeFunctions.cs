using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>The short codes of a Service. Source: https://www.twilio.com/docs/proxy/api/short-code</summary>
public sealed class ShortCodeFunctions(
    ProxySurface surface,
    ProxyLists lists,
    ServiceDirectory services,
    ServiceNumbers numbers,
    NumberAdmission admission,
    NumberRegistry registry)
{
    private const string Collection = "v1/Services/{serviceSid}/ShortCodes";
    private const string Item = Collection + "/{shortCodeSid}";
    private static readonly DocumentKind<ProxyNumber> _kind = NumberDocuments.ShortCodes;

    /// <summary>Adds a short code to the Service's pool.</summary>
    [Function("TwilioProxy_CreateShortCode")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            var wanted = NewNumber.ShortCode(await call.Form());
            var known = await registry.BySid(call, wanted.Sid!) is { } entry ? NumberRegistry.Open(entry).Number : null;
            var digits = wanted.Number ?? known
                ?? await registry.FirstNew(call, NumberDocuments.UnknownShortCodesOf(wanted.Sid!));
            var code = new ProxyNumber(digits, FriendlyName: null, IsoCountry: null, wanted.IsReserved);
            return Show(call, StatusCodes.Status201Created, await admission.Add(call, _kind, wanted.Sid!, code));
        });

    /// <summary>Fetches a short code.</summary>
    [Function("TwilioProxy_FetchShortCode")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            var code = await numbers.Read(call, _kind, call.Route("shortCodeSid"));
            return Show(call, StatusCodes.Status200OK, code.Document);
        });

    /// <summary>Lists the Service's short codes, newest first.</summary>
    [Function("TwilioProxy_ListShortCode")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var service = await services.Find(call, call.Route("serviceSid"));
            var path = $"/Services/{service.Document.Id}/ShortCodes";
            var source = new ListSource(ServiceNumbers.PartitionOf(call), _kind.Name);
            var (page, meta) = await lists.Read(call, source, "short_codes", path);
            var list = new ShortCodeList([.. page.Documents.Select(document => Resource(call, document))], meta);
            return ProxySurface.Reply(call, StatusCodes.Status200OK, list, ProxyJson.Wire.ShortCodeList);
        });

    /// <summary>Reserves a short code, or frees it.</summary>
    [Function("TwilioProxy_UpdateShortCode")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            var reserved = NewNumber.Reservation(await call.Form());
            var changed = await numbers.Reserve(call, _kind, call.Route("shortCodeSid"), reserved);
            return Show(call, StatusCodes.Status200OK, changed);
        });

    /// <summary>Removes a short code from the Service's pool.</summary>
    [Function("TwilioProxy_DeleteShortCode")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            await numbers.Remove(call, _kind, call.Route("shortCodeSid"));
            return ProxySurface.Deleted(call);
        });

    private ShortCodeResource Resource(Call call, Document document)
    {
        var serviceSid = call.Route("serviceSid");
        var url = surface.UrlOf(call, $"/Services/{serviceSid}/ShortCodes/{document.Id}");
        return ShortCodeResource.Of(_kind.Open(document)!, call, serviceSid, url);
    }

    private Answer Show(Call call, int status, Document document) => ProxySurface
        .Reply(call, status, Resource(call, document), ProxyJson.Wire.ShortCodeResource)
        .WithVersion(document.ETag);
}
