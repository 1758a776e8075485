using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>The phone numbers of a Service. Source: https://www.twilio.com/docs/proxy/api/phone-number</summary>
public sealed class PhoneNumberFunctions(
    ProxySurface surface,
    ProxyLists lists,
    ServiceDirectory services,
    ServiceNumbers numbers,
    NumberAdmission admission,
    NumberRegistry registry)
{
    private const string Collection = "v1/Services/{serviceSid}/PhoneNumbers";
    private const string Item = Collection + "/{phoneNumberSid}";
    private static readonly DocumentKind<ProxyNumber> _kind = NumberDocuments.PhoneNumbers;

    /// <summary>Adds a phone number to the Service's pool.</summary>
    [Function("TwilioProxy_CreatePhoneNumber")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            var wanted = NewNumber.PhoneNumber(await call.Form());
            var (sid, number) = await Identify(call, wanted);
            var created = await admission.Add(call, _kind, sid, NumberOf(number, wanted.IsReserved));
            return Show(call, StatusCodes.Status201Created, created, inUse: 0);
        });

    /// <summary>Fetches a phone number.</summary>
    [Function("TwilioProxy_FetchPhoneNumber")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            var sid = call.Route("phoneNumberSid");
            var number = await numbers.Read(call, _kind, sid);
            return Show(call, StatusCodes.Status200OK, number.Document, await numbers.UsesOf(call, sid));
        });

    /// <summary>Lists the Service's phone numbers, newest first.</summary>
    [Function("TwilioProxy_ListPhoneNumber")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var service = await services.Find(call, call.Route("serviceSid"));
            var path = $"/Services/{service.Document.Id}/PhoneNumbers";
            var source = new ListSource(ServiceNumbers.PartitionOf(call), _kind.Name);
            var (page, meta) = await lists.Read(call, source, "phone_numbers", path);
            var uses = page.Documents.Count == 0 ? new Dictionary<string, int>() : await numbers.Uses(call);
            var resources = page.Documents.Select(
                document => Resource(call, document, uses.GetValueOrDefault(document.Id)));
            var list = new PhoneNumberList([.. resources], meta);
            return ProxySurface.Reply(call, StatusCodes.Status200OK, list, ProxyJson.Wire.PhoneNumberList);
        });

    /// <summary>Reserves a phone number, or frees it.</summary>
    [Function("TwilioProxy_UpdatePhoneNumber")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            var sid = call.Route("phoneNumberSid");
            var reserved = NewNumber.Reservation(await call.Form());
            var changed = await numbers.Reserve(call, _kind, sid, reserved);
            return Show(call, StatusCodes.Status200OK, changed, await numbers.UsesOf(call, sid));
        });

    /// <summary>Removes a phone number from the Service's pool.</summary>
    [Function("TwilioProxy_DeletePhoneNumber")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            await numbers.Remove(call, _kind, call.Route("phoneNumberSid"));
            return ProxySurface.Deleted(call);
        });

    // The account may know the number by its SID, or the SID by its number, from when it had it before.
    private async ValueTask<(string Sid, string Number)> Identify(Call call, NewNumber wanted)
    {
        if (wanted.Sid is not { } sid)
        {
            return (NumberDocuments.SidOf(Sids.PhoneNumber, call.Account, wanted.Number!), wanted.Number!);
        }

        if (wanted.Number is { } number && await registry.ByNumber(call, number) is { } owned)
        {
            return NumberRegistry.SidOf(owned) == sid ? (sid, number) : throw OtherNumber();
        }

        var known = await registry.BySid(call, sid) is { } entry ? NumberRegistry.Open(entry).Number : null;
        return wanted.Number is null || known is null
            ? (sid, wanted.Number ?? known ?? NumberDocuments.UnknownNumberOf(sid))
            : throw OtherNumber();
    }

    private static RefusedException OtherNumber() =>
        ProxyErrors.Invalid("Invalid Sid: the account knows it, or the PhoneNumber, as another one's.");

    private static ProxyNumber NumberOf(string number, bool reserved)
    {
        var place = E164.Parse(number)!;
        return new(number, place.FriendlyName, place.Country, reserved);
    }

    private PhoneNumberResource Resource(Call call, Document document, int inUse)
    {
        var serviceSid = call.Route("serviceSid");
        var url = surface.UrlOf(call, $"/Services/{serviceSid}/PhoneNumbers/{document.Id}");
        return PhoneNumberResource.Of(_kind.Open(document)!, call, serviceSid, url, inUse);
    }

    private Answer Show(Call call, int status, Document document, int inUse) => ProxySurface
        .Reply(call, status, Resource(call, document, inUse), ProxyJson.Wire.PhoneNumberResource)
        .WithVersion(document.ETag);
}
