using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Bodies;

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
