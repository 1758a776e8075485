using System.Globalization;

namespace Sessions.TwilioProxy;

/// <summary>
/// Twilio's API of 2010-04-01, which others speak as well. Source: https://www.twilio.com/docs/iam/api and the pages
/// messaging/api/message-resource, phone-numbers/api/incomingphonenumber-resource and voice/api/call-resource beside it
/// </summary>
internal sealed class TwilioCarrier(CarrierSettings settings, HttpClient http, TimeProvider time) : ICarrier
{
    private const int PageSize = 100;
    private const int MaxPages = 10;

    // What it says in front of a text of a trial account.
    private const string TrialPrefix = "Sent from your Twilio trial account - ";

    // How far its clock may be behind ours.
    private static readonly TimeSpan _slack = TimeSpan.FromMinutes(1);

    private readonly TwilioApi _api = new(settings, http, time);

    public Uri Address => settings.Address;

    public async ValueTask<SentText> Send(CarrierText text, CancellationToken cancellation)
    {
        var sent = await _api.Post(
            "Messages.json",
            [
                new("To", text.To),
                new("From", text.From),
                .. text.Body is "" ? [] : Single("Body", text.Body),
                .. text.Media.Select(url => KeyValuePair.Create("MediaUrl", url)),
                new("StatusCallback", text.StatusCallback.AbsoluteUri),
            ],
            cancellation);
        return sent.Text("sid") is { Length: > 0 } sid
            ? new(sid, sent.Text("status") ?? "queued", sent.Text("error_code"))
            : throw new CarrierException(CarrierFailure.Unknown, "no_sid");
    }

    // The API keeps no mark of the sender's, and does not show the status callback. What an API call has sent is told
    // from TwiML's by its direction; the newest come first.
    public async ValueTask<SentText?> Find(
        CarrierText text, DateTimeOffset since, IReadOnlySet<string> others, CancellationToken cancellation)
    {
        var next = $"Messages.json?To={Uri.EscapeDataString(text.To)}&From={Uri.EscapeDataString(text.From)}"
            + string.Create(CultureInfo.InvariantCulture, $"&PageSize={PageSize}");
        for (var page = 0; page < MaxPages; page++)
        {
            var list = await _api.Get(next, cancellation);
            var recent = list.List("messages").TakeWhile(one => CreatedAt(one) >= since - _slack).ToList();
            if (recent.Find(one => IsLike(one, text, others)) is { IsEmpty: false } found)
            {
                return new(found.Text("sid")!, found.Text("status") ?? "queued", found.Text("error_code"));
            }

            if (recent.Count < PageSize || _api.Relative(list.Text("next_page_uri")) is not { } following)
            {
                return null;
            }

            next = following;
        }

        // There are so many that it cannot be told.
        throw new CarrierException(CarrierFailure.Unknown, "too_many_messages");
    }

    public async ValueTask<CarrierNumber?> NumberBySid(string sid, CancellationToken cancellation)
    {
        try
        {
            return NumberOf(await _api.Get(PathOf(sid), cancellation));
        }
        catch (CarrierException refused) when (refused.IsNotFound)
        {
            return null;
        }
    }

    public async ValueTask<CarrierNumber?> NumberByDigits(string digits, CancellationToken cancellation)
    {
        var list = await _api.Get(
            $"IncomingPhoneNumbers.json?PhoneNumber={Uri.EscapeDataString(digits)}", cancellation);
        return list.List("incoming_phone_numbers").Select(NumberOf).FirstOrDefault(one => one.Digits == digits);
    }

    public async ValueTask Route(string sid, NumberRoutes routes, CancellationToken cancellation) => await _api.Post(
        PathOf(sid),
        IsShortCode(sid) ? [new("SmsUrl", routes.SmsUrl), new("SmsMethod", routes.SmsMethod)] :
        [
            new("SmsUrl", routes.SmsUrl),
            new("SmsMethod", routes.SmsMethod),
            new("SmsApplicationSid", routes.SmsApplicationSid),
            new("VoiceUrl", routes.VoiceUrl),
            new("VoiceMethod", routes.VoiceMethod),
            new("VoiceApplicationSid", routes.VoiceApplicationSid),
            new("TrunkSid", routes.TrunkSid),
        ],
        cancellation);

    public async ValueTask HangUp(string callSid, CancellationToken cancellation) => await _api.Post(
        $"Calls/{callSid}.json", [new("Status", "completed")], cancellation);

    public async ValueTask Redirect(string callSid, Uri instructions, CancellationToken cancellation) =>
        await _api.Post(
            $"Calls/{callSid}.json", [new("Url", instructions.AbsoluteUri), new("Method", "POST")], cancellation);

    // Source: https://www.twilio.com/docs/messaging/api/short-code-resource
    private static bool IsShortCode(string sid) => Sids.Is(Sids.ShortCode, sid);

    private static string PathOf(string sid) =>
        IsShortCode(sid) ? $"SMS/ShortCodes/{sid}.json" : $"IncomingPhoneNumbers/{sid}.json";

    private static bool IsLike(TwilioThing message, CarrierText text, IReadOnlySet<string> others) =>
        message.Text("direction") is "outbound-api"
        && message.Text("sid") is { Length: > 0 } sid
        && !others.Contains(sid)
        && (message.Text("body") ?? "") is var body
        && (body == text.Body || body == TrialPrefix + text.Body)
        && (message.Text("num_media") ?? "0") == text.Media.Count.ToString(CultureInfo.InvariantCulture);

    private static DateTimeOffset CreatedAt(TwilioThing message) =>
        DateTimeOffset.TryParseExact(
            message.Text("date_created"), "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out var rfc1123)
            ? rfc1123
        : DateTimeOffset.TryParse(
            message.Text("date_created"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var other)
            ? other
        : throw new CarrierException(CarrierFailure.Unknown, "no_date");

    private static CarrierNumber NumberOf(TwilioThing number)
    {
        var capabilities = number.Thing("capabilities");
        var isShortCode = IsShortCode(number.Text("sid") ?? "");
        return new(
            number.Text("sid") ?? "",
            number.Text("phone_number") ?? number.Text("short_code") ?? "",
            number.Text("friendly_name"),
            number.Text("iso_country"),
            isShortCode ? Carries.AsShortCodes : new(
                Voice: capabilities.Flag("voice"),
                Sms: capabilities.Flag("sms"),
                Mms: capabilities.Flag("mms"),
                Fax: capabilities.Flag("fax")),
            new(
                number.Text("sms_url") ?? "",
                number.Text("sms_method") ?? "POST",
                number.Text("sms_application_sid") ?? "",
                number.Text("voice_url") ?? "",
                number.Text("voice_method") ?? "POST",
                number.Text("voice_application_sid") ?? "",
                number.Text("trunk_sid") ?? ""));
    }

    private static KeyValuePair<string, string>[] Single(string name, string value) => [new(name, value)];
}
