using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Speaks to the Proxy surface as its clients do: forms out, JSON in.</summary>
internal sealed class ProxyClient(HttpClient http)
{
    public static ProxyClient Acme(SessionsApp app) =>
        new(app.Anonymous().WithBasic(TestAccounts.AcmeSid, TestAccounts.AcmeSecret));

    public static ProxyClient Other(SessionsApp app) =>
        new(app.Anonymous().WithBasic(TestAccounts.OtherSid, TestAccounts.OtherSecret));

    public Task<ProxyReply> Get(string path) => Send(HttpMethod.Get, path);

    public Task<ProxyReply> Delete(string path, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Delete, path, null, headers);

    public Task<ProxyReply> Post(string path, params (string Name, string Value)[] form) =>
        PostWith([], path, form);

    public Task<ProxyReply> PostWith(
        (string Name, string Value)[] headers, string path, params (string Name, string Value)[] form) =>
        Send(HttpMethod.Post, path, FormOf(form), headers);

    public async Task<ProxyReply> Send(
        HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.RelativeOrAbsolute));
        request.Content = content;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response.Headers.ToDictionary(
            header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    private static FormUrlEncodedContent FormOf((string Name, string Value)[] form) =>
        new(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    /// <summary>Creates a Service and gives its path.</summary>
    public async Task<string> NewService(string name = "service", params (string Name, string Value)[] more)
    {
        var reply = (await Post("/v1/Services", [("UniqueName", name), .. more])).Is(HttpStatusCode.Created);
        return $"/v1/Services/{reply["sid"]}";
    }

    /// <summary>Creates a Session in a Service and gives its path.</summary>
    public async Task<string> NewSession(string service, params (string Name, string Value)[] form)
    {
        var reply = (await Post($"{service}/Sessions", form)).Is(HttpStatusCode.Created);
        return $"{service}/Sessions/{reply["sid"]}";
    }
}

/// <summary>What came back.</summary>
internal sealed record ProxyReply(HttpStatusCode Status, JsonNode? Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>A member of the body as text; null for null.</summary>
    public string? this[string name] => Body![name]?.ToString();

    /// <summary>The reply, which must have this status.</summary>
    public ProxyReply Is(HttpStatusCode status)
    {
        Assert.True(status == Status, $"Expected {status}, got {Status}: {Body}");
        return this;
    }

    /// <summary>Checks that the reply is this error, in Twilio's shape and no other.</summary>
    public ProxyReply IsError(int code, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        Is(status);
        Assert.Equal(["code", "message", "more_info", "status"], Body!.AsObject().Select(member => member.Key).Order());
        Assert.Equal(code, (int)Body["code"]!);
        Assert.Equal((int)status, (int)Body["status"]!);
        Assert.Equal($"https://www.twilio.com/docs/errors/{code}", this["more_info"]);
        Assert.NotEqual("", this["message"]);
        return this;
    }
}
