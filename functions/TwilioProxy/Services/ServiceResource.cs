using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

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
    internal static ServiceResource Of(Stored<ProxyService> service, Exchange exchange, string url) => new(
        Sid: service.Document.Id,
        UniqueName: service.Body.UniqueName,
        AccountSid: exchange.Account.Sid,
        ChatInstanceSid: service.Body.ChatInstanceSid,
        CallbackUrl: service.Body.CallbackUrl,
        DefaultTtl: service.Body.DefaultTtl,
        NumberSelectionBehavior: service.Body.NumberSelectionBehavior,
        GeoMatchLevel: service.Body.GeoMatchLevel,
        InterceptCallbackUrl: service.Body.InterceptCallbackUrl,
        OutOfSessionCallbackUrl: service.Body.OutOfSessionCallbackUrl,
        DateCreated: service.Document.Lifetime.CreatedAt,
        DateUpdated: service.Document.Lifetime.UpdatedAt,
        Url: url,
        Links: new($"{url}/Sessions", $"{url}/PhoneNumbers", $"{url}/ShortCodes"));
}

/// <summary>What lies under a Service.</summary>
public sealed record ServiceLinks(string Sessions, string PhoneNumbers, string ShortCodes);

/// <summary>A page of Services.</summary>
public sealed record ServiceList(IReadOnlyList<ServiceResource> Services, ListMeta Meta);
