using Sessions.Engine;
using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>A phone number on the wire. Source: https://www.twilio.com/docs/proxy/api/phone-number</summary>
public sealed record PhoneNumberResource(
    string Sid,
    string AccountSid,
    string ServiceSid,
    DateTimeOffset DateCreated,
    DateTimeOffset DateUpdated,
    string PhoneNumber,
    string? FriendlyName,
    string? IsoCountry,
    NumberCapabilities Capabilities,
    string Url,
    bool IsReserved,
    int InUse)
{
    internal static PhoneNumberResource Of(
        State<ProxyNumber> number, Exchange exchange, string serviceSid, string url, int inUse) => new(
        Sid: number.Id,
        AccountSid: exchange.Account.Sid,
        ServiceSid: serviceSid,
        DateCreated: number.CreatedAt,
        DateUpdated: number.UpdatedAt,
        PhoneNumber: number.Body.Number,
        FriendlyName: number.Body.FriendlyName,
        IsoCountry: number.Body.IsoCountry,
        Capabilities: NumberCapabilities.OfAPhoneNumber,
        Url: url,
        IsReserved: number.Body.IsReserved,
        InUse: inUse);
}

/// <summary>
/// What a number can carry. No carrier is asked: phone numbers are taken to carry everything but fax, short codes
/// messages. The schema names the first four, Twilio's examples the others; clients read both.
/// </summary>
public sealed record NumberCapabilities(
    bool Fax, bool Mms, bool Sms, bool Voice, bool SmsInbound, bool SmsOutbound, bool VoiceInbound, bool VoiceOutbound)
{
    internal static NumberCapabilities OfAPhoneNumber { get; } = Of(voice: true);

    internal static NumberCapabilities OfAShortCode { get; } = Of(voice: false);

    private static NumberCapabilities Of(bool voice) => new(
        Fax: false,
        Mms: true,
        Sms: true,
        Voice: voice,
        SmsInbound: true,
        SmsOutbound: true,
        VoiceInbound: voice,
        VoiceOutbound: voice);
}

/// <summary>A page of phone numbers.</summary>
public sealed record PhoneNumberList(IReadOnlyList<PhoneNumberResource> PhoneNumbers, ListMeta Meta);

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
    internal static ShortCodeResource Of(State<ProxyNumber> code, Exchange exchange, string serviceSid, string url) =>
        new(
        Sid: code.Id,
        AccountSid: exchange.Account.Sid,
        ServiceSid: serviceSid,
        DateCreated: code.CreatedAt,
        DateUpdated: code.UpdatedAt,
        ShortCode: code.Body.Number,
        IsoCountry: code.Body.IsoCountry,
        Capabilities: NumberCapabilities.OfAShortCode,
        Url: url,
        IsReserved: code.Body.IsReserved);
}

/// <summary>A page of short codes.</summary>
public sealed record ShortCodeList(IReadOnlyList<ShortCodeResource> ShortCodes, ListMeta Meta);
