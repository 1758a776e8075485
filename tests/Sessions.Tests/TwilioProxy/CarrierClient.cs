using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Calls the webhooks of a Service as Twilio does, signed with the account's key.</summary>
internal sealed class CarrierClient(
    SessionsApp app, string key = TestAccounts.AcmeSecret, string origin = "http://localhost")
{
    private readonly HttpClient _http = app.Anonymous();
    private int _sids;

    /// <summary>A message comes in; gives the TwiML.</summary>
    public async Task<XElement> Message(
        string service, string from, string to, string body, params (string Name, string Value)[] more) =>
        TwiMl(await Send($"{service}/Inbound/Message", MessageForm(from, to, body, more)));

    /// <summary>A call comes in; gives the TwiML.</summary>
    public async Task<XElement> Voice(string service, string from, string to) =>
        TwiMl(await Send($"{service}/Inbound/Voice", CallForm(from, to)));

    /// <summary>The form of a call.</summary>
    public (string Name, string Value)[] CallForm(string from, string to) =>
        [("From", from), ("To", to), ("CallSid", NewSid("CA")), ("CallStatus", "ringing")];

    /// <summary>Sends a status callback, signed for its address.</summary>
    public async Task<(HttpStatusCode Status, string MediaType, string Text)> Tell(CarrierCallback callback) =>
        await Send(new Uri(callback.Url).PathAndQuery, callback.Form);

    /// <summary>Sends status callbacks in this order; each is answered with TwiML that does nothing.</summary>
    public async Task Tell(IEnumerable<CarrierCallback> callbacks)
    {
        foreach (var callback in callbacks)
        {
            Assert.False(TwiMl(await Tell(callback)).HasElements);
        }
    }

    /// <summary>The form of a message.</summary>
    public (string Name, string Value)[] MessageForm(
        string from, string to, string body, params (string Name, string Value)[] more) =>
        [("From", from), ("To", to), ("Body", body), .. WithSid(more)];

    /// <summary>Sends a form, signed for its URL unless another signature is given.</summary>
    public Task<(HttpStatusCode Status, string MediaType, string Text)> Send(
        string path, (string Name, string Value)[] form, string? signature = null,
        params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, Content(form), signature ?? Sign(key, origin + path, form), headers);

    /// <summary>Sends the fields in the address, and signs that, as a carrier does that is told to use GET.</summary>
    public async Task<(HttpStatusCode Status, string MediaType, string Text)> Get(
        string path, (string Name, string Value)[] form)
    {
        var address = $"{path}?{await Content(form).ReadAsStringAsync()}";
        return await Send(HttpMethod.Get, address, null, Sign(key, origin + address, []), []);
    }

    /// <summary>The signature as Twilio documents it.</summary>
    public static string Sign(string key, string url, IEnumerable<(string Name, string Value)> form)
    {
        var text = url + string.Concat(form
            .OrderBy(field => field.Name, StringComparer.Ordinal)
            .Select(field => field.Name + field.Value));
#pragma warning disable CA5350 // Twilio's signature is HMAC-SHA1.
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
    }

    private async Task<(HttpStatusCode Status, string MediaType, string Text)> Send(
        HttpMethod method, string path, HttpContent? content, string signature, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers.Append(("X-Twilio-Signature", signature)).Where(IsThere))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request);
        return (
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType ?? "",
            await response.Content.ReadAsStringAsync());
    }

    private static bool IsThere((string Name, string Value) header) => header.Value.Length > 0;

    private static FormUrlEncodedContent Content((string Name, string Value)[] form) =>
        new(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private (string Name, string Value)[] WithSid((string Name, string Value)[] more) =>
        more.Any(field => field.Name == "MessageSid") ? more : [("MessageSid", NewSid("SM")), .. more];

    private string NewSid(string kind) => $"{kind}{Interlocked.Increment(ref _sids):D32}";

    /// <summary>The TwiML of an answer that must be some.</summary>
    public static XElement TwiMl((HttpStatusCode Status, string MediaType, string Text) reply)
    {
        Assert.True(reply is { Status: HttpStatusCode.OK, MediaType: "text/xml" }, reply.ToString());
        var root = XElement.Parse(reply.Text);
        Assert.Equal("Response", root.Name.LocalName);
        return root;
    }
}
