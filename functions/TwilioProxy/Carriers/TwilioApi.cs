using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Sessions.TwilioProxy;

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
        catch (Exception broken) when (broken is IOException or JsonException)
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
