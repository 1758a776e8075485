using Sessions.Http;
using Sessions.Storage;

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
        Stored<ProxyNumber> number, Exchange exchange, string serviceSid, string url, int inUse) => new(
        Sid: number.Document.Id,
        AccountSid: exchange.Account.Sid,
        ServiceSid: serviceSid,
        DateCreated: number.Document.Lifetime.CreatedAt,
        DateUpdated: number.Document.Lifetime.UpdatedAt,
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
