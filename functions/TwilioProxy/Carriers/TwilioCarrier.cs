using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

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

/// <summary>Calls of Twilio's API for one account there: forms out, JSON in, each in a limited time.</summary>
internal sealed class TwilioApi(CarrierSettings settings, HttpClient http, TimeProvider time)
{
    // The outbox gives an attempt ten seconds, of which a search and the text itself must do.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(4);

    private string Root => $"/2010-04-01/Accounts/{settings.AccountSid}/";

    /// <summary>Reads.</summary>
    /// <exception cref="CarrierException">It was refused, or not answered.</exception>
    public ValueTask<TwilioThing> Get(string path, CancellationToken cancellation) =>
        Call(HttpMethod.Get, path, null, cancellation);

    /// <summary>Makes or changes.</summary>
    /// <exception cref="CarrierException">It was refused, or not answered.</exception>
    public ValueTask<TwilioThing> Post(
        string path, IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancellation) =>
        Call(HttpMethod.Post, path, form, cancellation);

    /// <summary>A page's address, as the API names the next one, relative to the account; null when there is
    /// none.</summary>
    public string? Relative(string? uri) =>
        uri?.IndexOf(Root, StringComparison.Ordinal) is >= 0 and var start ? uri[(start + Root.Length)..] : null;

    private async ValueTask<TwilioThing> Call(
        HttpMethod method,
        string path,
        IEnumerable<KeyValuePair<string, string>>? form,
        CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(_patience, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(method, AddressOf(path));
            request.Content = form is null ? null : new FormUrlEncodedContent(form);
            request.Headers.Authorization = settings.Basic;
            using var response = await http.SendAsync(request, ends.Token);
            var body = await response.Content.ReadAsStringAsync(ends.Token);
            return response.IsSuccessStatusCode
                ? new(JsonElement.Parse(body))
                : throw Failed(response.StatusCode, body);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new CarrierException(CarrierFailure.Unknown, "timeout", late);
        }
        catch (HttpRequestException failure)
        {
            var kind = WasNeverSent(failure) ? CarrierFailure.Busy : CarrierFailure.Unknown;
            throw new CarrierException(kind, "unreachable", failure);
        }
        catch (Exception broken) when (broken is IOException or SocketException or JsonException)
        {
            throw new CarrierException(CarrierFailure.Unknown, "unreadable", broken);
        }
    }

    private Uri AddressOf(string path) => new($"{settings.Address.AbsoluteUri.TrimEnd('/')}{Root}{path}");

    private static bool WasNeverSent(HttpRequestException failure) => failure.HttpRequestError
        is HttpRequestError.NameResolutionError
        or HttpRequestError.ConnectionError
        or HttpRequestError.SecureConnectionError;

    // An internal error may come after the deed, so only a clear no counts as one.
    private static CarrierException Failed(HttpStatusCode status, string body) => new(
        status switch
        {
            HttpStatusCode.TooManyRequests => CarrierFailure.Busy,
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError or < HttpStatusCode.BadRequest =>
                CarrierFailure.Unknown,
            _ => CarrierFailure.Refused,
        },
        CodeIn(body) ?? $"http_{(int)status}")
    {
        IsNotFound = status is HttpStatusCode.NotFound,
    };

    private static string? CodeIn(string body)
    {
        try
        {
            return new TwilioThing(JsonElement.Parse(body)).Text("code");
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A resource as the API shows it: what is not there, or is null, is as good as absent.</summary>
internal readonly struct TwilioThing(JsonElement json)
{
    /// <summary>Whether it is no object.</summary>
    public bool IsEmpty => json.ValueKind is not JsonValueKind.Object;

    /// <summary>A text, or a number as text; null when there is none.</summary>
    public string? Text(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var value) =>
            value.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>true or false; false when it is left out.</summary>
    public bool Flag(string name) => Find(name) is { ValueKind: JsonValueKind.True };

    /// <summary>A thing in it; an empty one when it is left out.</summary>
    public TwilioThing Thing(string name) => new(Find(name) ?? default);

    /// <summary>A list of things; none when it is left out.</summary>
    public IEnumerable<TwilioThing> List(string name) => Find(name) is { ValueKind: JsonValueKind.Array } list
        ? list.EnumerateArray().Select(item => new TwilioThing(item))
        : [];

    private JsonElement? Find(string name) => !IsEmpty && json.TryGetProperty(name, out var value) ? value : null;
}
