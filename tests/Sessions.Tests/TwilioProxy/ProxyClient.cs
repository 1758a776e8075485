using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Speaks to the Proxy surface as its clients do: forms out, JSON in.</summary>
internal sealed class ProxyClient(HttpClient http)
{
    private readonly ApiClient _api = new(http);

    public static ProxyClient Acme(SessionsApp app) =>
        new(app.Anonymous().WithBasic(TestAccounts.AcmeSid, TestAccounts.AcmeSecret));

    public static ProxyClient Other(SessionsApp app) =>
        new(app.Anonymous().WithBasic(TestAccounts.OtherSid, TestAccounts.OtherSecret));

    public Task<ApiReply> Get(string path) => Send(HttpMethod.Get, path);

    public Task<ApiReply> Delete(string path, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Delete, path, null, headers);

    public Task<ApiReply> Post(string path, params (string Name, string Value)[] form) =>
        PostWith([], path, form);

    public Task<ApiReply> PostWith(
        (string Name, string Value)[] headers, string path, params (string Name, string Value)[] form) =>
        Send(HttpMethod.Post, path, FormOf(form), headers);

    public Task<ApiReply> Send(
        HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers) =>
        _api.Send(method, path, content, headers);

    private static FormUrlEncodedContent FormOf((string Name, string Value)[] form) =>
        new(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    /// <summary>Creates a Service and gives its path.</summary>
    public async Task<string> NewService(string name = "service", params (string Name, string Value)[] more)
    {
        var reply = (await Post("/v1/Services", [("UniqueName", name), .. more])).Is(HttpStatusCode.Created);
        return $"/v1/Services/{reply["sid"]}";
    }

    /// <summary>Adds a number to a Service's pool and gives its path.</summary>
    public async Task<string> NewNumber(string service, string number, params (string Name, string Value)[] more)
    {
        var reply = await Post($"{service}/PhoneNumbers", [("PhoneNumber", number), .. more]);
        return $"{service}/PhoneNumbers/{reply.Is(HttpStatusCode.Created)["sid"]}";
    }

    /// <summary>Adds a participant to a Session and gives what came back.</summary>
    public async Task<ApiReply> NewParticipant(
        string session, string identifier, params (string Name, string Value)[] more) =>
        (await Post($"{session}/Participants", [("Identifier", identifier), .. more])).Is(HttpStatusCode.Created);

    /// <summary>The names and values of a list.</summary>
    public async Task<JsonArray> List(string path, string key) =>
        (await Get(path)).Is(HttpStatusCode.OK).Body![key]!.AsArray();

    /// <summary>Creates a Session in a Service and gives its path.</summary>
    public async Task<string> NewSession(string service, params (string Name, string Value)[] form)
    {
        var reply = (await Post($"{service}/Sessions", form)).Is(HttpStatusCode.Created);
        return $"{service}/Sessions/{reply["sid"]}";
    }
}

/// <summary>Proxy's errors.</summary>
internal static class ProxyReplies
{
    /// <summary>Checks that the reply is this error, in Twilio's shape and no other.</summary>
    public static ApiReply IsError(this ApiReply reply, int code, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        reply.Is(status);
        Assert.Equal(
            ["code", "message", "more_info", "status"], reply.Body!.AsObject().Select(member => member.Key).Order());
        Assert.Equal(code, (int)reply.Body["code"]!);
        Assert.Equal((int)status, (int)reply.Body["status"]!);
        Assert.Equal($"https://www.twilio.com/docs/errors/{code}", reply["more_info"]);
        Assert.NotEqual("", reply["message"]);
        return reply;
    }
}
