using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>A short code on the wire. Source: https://www.twilio.com/docs/proxy/api/short-code</summary>
public sealed record ShortCodeResource(
    string Sid,
    string AccountSid,
    string ServiceSid,
    DateTimeOffset DateCreated,
    DateTimeOffset DateUpdated,
    string ShortCode,
    string? IsoCountry,
    NumberCapabilities Capabilities,
    string Url,
    bool IsReserved)
{
    internal static ShortCodeResource Of(Stored<ProxyNumber> code, Exchange exchange, string serviceSid, string url) =>
        new(
        Sid: code.Document.Id,
        AccountSid: exchange.Account.Sid,
        ServiceSid: serviceSid,
        DateCreated: code.Document.Lifetime.CreatedAt,
        DateUpdated: code.Document.Lifetime.UpdatedAt,
        ShortCode: code.Body.Number,
        IsoCountry: code.Body.IsoCountry,
        Capabilities: NumberCapabilities.OfAShortCode,
        Url: url,
        IsReserved: code.Body.IsReserved);
}

/// <summary>A page of short codes.</summary>
public sealed record ShortCodeList(IReadOnlyList<ShortCodeResource> ShortCodes, ListMeta Meta);
