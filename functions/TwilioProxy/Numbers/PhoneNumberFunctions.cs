using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>The phone numbers of a Service. Source: https://www.twilio.com/docs/proxy/api/phone-number</summary>
public sealed class PhoneNumberFunctions(
    ProxySurface surface,
    ProxyReader reader,
    ProxyLists lists,
    ServiceNumbers numbers,
    NumberRegistry registry,
    CarrierNumbers carried,
    NumberKinds kinds)
{
    private readonly NumberKind _kind = kinds.PhoneNumbers;

    /// <summary>Adds a phone number to the Service's pool.</summary>
    [Function("TwilioProxy_CreatePhoneNumber")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/Services/{serviceSid}/PhoneNumbers")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.WritePhoneNumbers, async exchange =>
        {
            await reader.Service(exchange);
            var wanted = NewNumber.PhoneNumber(await exchange.Form());
            var found = await carried.Ask(exchange, wanted);
            var (sid, number) = found is null
                ? await Identify(exchange, wanted)
                : (MadeUp.SidOf(exchange.Account, found), found.Digits);
            var added = NumberOf(number, wanted.IsReserved, found);
            var created = await numbers.Add(exchange, _kind, sid, added, found);
            return Show(exchange, StatusCodes.Status201Created, created, inUse: 0);
        });

    /// <summary>Fetches a phone number.</summary>
    [Function("TwilioProxy_FetchPhoneNumber")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/Services/{serviceSid}/PhoneNumbers/{phoneNumberSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadPhoneNumbers, async exchange =>
        {
            await reader.Service(exchange);
            var sid = exchange.Route("phoneNumberSid");
            var number = await numbers.Read(exchange, _kind, sid);
            return Show(exchange, StatusCodes.Status200OK, number, await numbers.UsesOf(exchange, sid));
        });

    /// <summary>Lists the Service's phone numbers, newest first.</summary>
    [Function("TwilioProxy_ListPhoneNumber")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/Services/{serviceSid}/PhoneNumbers")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadPhoneNumbers, async exchange =>
        {
            var service = await reader.Service(exchange);
            var path = $"/Services/{service.Id}/PhoneNumbers";
            var source = ListSource.Of(_kind, ProxyReader.PartitionOf(exchange));
            var (page, meta) = await lists.Read(exchange, source, "phone_numbers", path);
            var uses = page is [] ? new Dictionary<string, int>() : await numbers.Uses(exchange);
            var resources = page.Select(
                number => Resource(exchange, number, uses.GetValueOrDefault(number.Id)));
            var list = new PhoneNumberList([.. resources], meta);
            return Answer.Json(StatusCodes.Status200OK, list, ProxyJson.Wire.PhoneNumberList);
        });

    /// <summary>Reserves a phone number, or frees it.</summary>
    [Function("TwilioProxy_UpdatePhoneNumber")]
    public Task<IResult> Update(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post", Route = "v1/Services/{serviceSid}/PhoneNumbers/{phoneNumberSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.WritePhoneNumbers, async exchange =>
        {
            await reader.Service(exchange);
            var sid = exchange.Route("phoneNumberSid");
            var reserved = NewNumber.Reservation(await exchange.Form());
            var changed = await numbers.Reserve(exchange, _kind, sid, reserved);
            return Show(exchange, StatusCodes.Status200OK, changed, await numbers.UsesOf(exchange, sid));
        });

    /// <summary>Removes a phone number from the Service's pool.</summary>
    [Function("TwilioProxy_DeletePhoneNumber")]
    public Task<IResult> Delete(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete", Route = "v1/Services/{serviceSid}/PhoneNumbers/{phoneNumberSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.WritePhoneNumbers, async exchange =>
        {
            await reader.Service(exchange);
            await numbers.Remove(exchange, _kind, exchange.Route("phoneNumberSid"));
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    // The account may know the number by its SID, or the SID by its number, from when it had it before.
    private async ValueTask<(string Sid, string Number)> Identify(Exchange exchange, NewNumber wanted)
    {
        if (wanted.Sid is not { } sid)
        {
            return (MadeUp.SidOf(Sids.PhoneNumber, exchange.Account, wanted.Number!), wanted.Number!);
        }

        if (wanted.Number is { } number && await registry.ByNumber(exchange, number) is { } owned)
        {
            return OwnedNumberKind.SidOf(owned) == sid ? (sid, number) : throw OtherNumber();
        }

        var known = (await registry.BySid(exchange, sid))?.Body.Number;
        return wanted.Number is null || known is null
            ? (sid, wanted.Number ?? known ?? throw ProxyErrors.NumberUnknown())
            : throw OtherNumber();
    }

    private static RefusedException OtherNumber() =>
        ProxyErrors.Invalid("Invalid Sid: the account knows it, or the PhoneNumber, as another one's.");

    private static ProxyNumber NumberOf(string number, bool reserved, CarrierNumber? found)
    {
        var place = E164.Parse(number);
        var country = found?.IsoCountry ?? place?.Country;
        return new(number, found?.FriendlyName ?? place?.FriendlyName, country, reserved) { Carries = found?.Carries };
    }

    private PhoneNumberResource Resource(Exchange exchange, State<ProxyNumber> number, int inUse)
    {
        var serviceSid = exchange.Route("serviceSid");
        var url = surface.UrlOf(exchange, $"/Services/{serviceSid}/PhoneNumbers/{number.Id}");
        return PhoneNumberResource.Of(number, exchange, serviceSid, url, inUse);
    }

    private Answer Show(Exchange exchange, int status, State<ProxyNumber> number, int inUse) => Answer
        .Json(status, Resource(exchange, number, inUse), ProxyJson.Wire.PhoneNumberResource)
        .WithVersion(number.Version);
}
