using System.Text.RegularExpressions;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

/// <summary>The parameters that add a number to a pool.</summary>
/// <param name="Sid">Its SID, or null.</param>
/// <param name="Number">The number, or null.</param>
/// <param name="IsReserved">Whether it is added as reserved.</param>
internal sealed partial record NewNumber(string? Sid, string? Number, bool IsReserved)
{
    /// <summary>The parameters of a phone number: its SID, its number, or both.</summary>
    public static NewNumber PhoneNumber(Form form)
    {
        var parameters = new ProxyParameters(form);
        var sid = Given(parameters.Sid("Sid", Sids.PhoneNumber));
        var number = Given(form.One("PhoneNumber"));
        if (sid is null && number is null)
        {
            throw ProxyErrors.Invalid("Missing required parameter: send PhoneNumber or Sid.");
        }

        return number is null || E164.Parse(number) is not null
            ? new(sid, number, parameters.Flag("IsReserved") ?? false)
            : throw ProxyErrors.Invalid("Invalid PhoneNumber: send a number in E.164 such as +14155551234.");
    }

    /// <summary>
    /// The parameters of a short code. Twilio knows its digits from the SID; we are told by ShortCode, or make them up.
    /// </summary>
    public static NewNumber ShortCode(Form form)
    {
        var parameters = new ProxyParameters(form);
        var sid = parameters.RequiredSid("Sid", Sids.ShortCode);
        var digits = Given(form.One("ShortCode"));
        return digits is null || ShortCodeForm().IsMatch(digits)
            ? new(sid, digits, parameters.Flag("IsReserved") ?? false)
            : throw ProxyErrors.Invalid("Invalid ShortCode: send its 3 to 8 digits.");
    }

    /// <summary>What an update says of IsReserved; null when it does not name it.</summary>
    public static bool? Reservation(Form form) => new ProxyParameters(form).Flag("IsReserved");

    private static string? Given(string? text) => text is "" ? null : text;

    [GeneratedRegex(@"^[0-9]{3,8}\z", RegexOptions.NonBacktracking)]
    private static partial Regex ShortCodeForm();
}

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
        Capabilities: NumberCapabilities.Of(number.Body.Carries),
        Url: url,
        IsReserved: number.Body.IsReserved,
        InUse: inUse);
}

/// <summary>
/// What a number can carry, as the carrier says. Where none was asked, phone numbers are taken to carry everything but
/// fax, and short codes messages. The schema names the first four, Twilio's examples the others; clients read both.
/// </summary>
public sealed record NumberCapabilities(
    bool Fax, bool Mms, bool Sms, bool Voice, bool SmsInbound, bool SmsOutbound, bool VoiceInbound, bool VoiceOutbound)
{
    internal static NumberCapabilities OfAShortCode { get; } = Of(Carries.AsShortCodes);

    internal static NumberCapabilities Of(Carries? carries)
    {
        var (voice, sms, mms, fax) = carries ?? Carries.AsPhoneNumbers;
        return new(
            Fax: fax,
            Mms: mms,
            Sms: sms,
            Voice: voice,
            SmsInbound: sms,
            SmsOutbound: sms,
            VoiceInbound: voice,
            VoiceOutbound: voice);
    }
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
