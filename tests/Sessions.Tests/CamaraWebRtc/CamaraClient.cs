using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>Speaks to the CAMARA surface as one of its users: a bearer token, JSON in and out.</summary>
internal sealed class CamaraClient(HttpClient http)
{
    public const string Sdp = "v=0\r\no=- 8066321617929821805 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    public const string Calls = "/webrtc/sessions";
    public const string StandardCalls = "/webrtc-call-handling/v0.3/sessions";
    public const string Registrations = "/webrtc-registration/v0.3/sessions";
    public const string Subscriptions = "/webrtc-events/v0.2/subscriptions";
    public const string Device = "7d444840-9dc0-11d1-b245-5ffdce74fad2";
    public const string OtherDevice = "11111111-9dc0-11d1-b245-5ffdce74fad2";

    private readonly ApiClient _api = new(http);

    public CamaraClient(SessionsApp app, string? token)
        : this(token is null ? app.Anonymous() : app.Anonymous().WithBearer(token))
    {
    }

    /// <summary>A create's body, Alice to Bob, with other members in place of these or added.</summary>
    public static JsonObject NewCall(params (string Name, JsonNode? Value)[] members) => With(
        new()
        {
            ["originatorAddress"] = "tel:+17085852753",
            ["receiverAddress"] = "tel:+17085854000",
            ["offer"] = new JsonObject { ["sdp"] = Sdp },
        },
        members);

    /// <summary>A status update's body.</summary>
    public static JsonObject Status(string status, bool answer = false)
    {
        var body = new JsonObject { ["status"] = status };
        return answer ? With(body, ("answer", new JsonObject { ["sdp"] = "v=0 answer" })) : body;
    }

    public static JsonObject With(JsonObject body, params (string Name, JsonNode? Value)[] members)
    {
        foreach (var (name, value) in members)
        {
            body[name] = value;
        }

        return body;
    }

    public Task<ApiReply> Get(string path, params (string Name, string Value)[] headers) =>
        _api.Send(HttpMethod.Get, path, null, headers);

    public Task<ApiReply> Delete(string path, params (string Name, string Value)[] headers) =>
        _api.Send(HttpMethod.Delete, path, null, headers);

    public Task<ApiReply> Post(string path, JsonNode? body, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, body?.ToJsonString(), headers);

    public Task<ApiReply> Put(string path, JsonNode? body, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Put, path, body?.ToJsonString(), headers);

    public async Task<ApiReply> Send(
        HttpMethod method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await _api.Send(method, path, content, headers);
    }

    public Task<ApiReply> SendContent(HttpMethod method, string path, HttpContent content) =>
        _api.Send(method, path, content);

    /// <summary>Creates a call and gives its path.</summary>
    public async Task<string> Call(params (string Name, JsonNode? Value)[] members)
    {
        var created = (await Post(Calls, NewCall(members))).Is(HttpStatusCode.Created);
        return $"{Calls}/{created["mediaSessionId"]}";
    }

    /// <summary>Registers a device and gives the registration's id.</summary>
    public async Task<string> Register(string deviceId = Device)
    {
        var registered = await Post(Registrations, new JsonObject { ["deviceId"] = deviceId });
        return registered.Is(HttpStatusCode.OK)["registrationId"]!;
    }

    /// <summary>A subscription's body.</summary>
    public static JsonObject NewSubscription(
        string registrationId, string type, string sink, params (string Name, JsonNode? Value)[] config) => new()
        {
            ["protocol"] = "HTTP",
            ["sink"] = sink,
            ["types"] = new JsonArray($"org.camaraproject.webrtc-events.v0.{type}"),
            ["config"] = With(
                new() { ["subscriptionDetail"] = new JsonObject { ["registrationId"] = registrationId } }, config),
        };

    /// <summary>Subscribes a sink and gives the subscription's path.</summary>
    public async Task<string> Subscribe(
        string registrationId, string type, string sink, params (string Name, JsonNode? Value)[] config)
    {
        var created = await Post(Subscriptions, NewSubscription(registrationId, type, sink, config));
        return $"{Subscriptions}/{created.Is(HttpStatusCode.Created)["id"]}";
    }

    /// <summary>Moves a call on.</summary>
    public async Task<ApiReply> Set(string call, string status, bool answer = false) =>
        (await Put($"{call}/status", Status(status, answer))).Is(HttpStatusCode.OK);

    /// <summary>What state a call is in.</summary>
    public async Task<string?> StatusOf(string call) => (await Get(call)).Is(HttpStatusCode.OK)["status"];
}

/// <summary>CAMARA's errors.</summary>
internal static class CamaraReplies
{
    /// <summary>Checks that the reply is this error, in CAMARA's shape and no other.</summary>
    public static ApiReply IsError(this ApiReply reply, HttpStatusCode status, string code)
    {
        reply.Is(status);
        Assert.Equal(["code", "message", "status"], reply.Body!.AsObject().Select(member => member.Key).Order());
        Assert.Equal(code, reply["code"]);
        Assert.Equal((int)status, (int)reply.Body["status"]!);
        Assert.InRange(reply["message"]!.Length, 1, 512);
        Assert.True(reply.Headers.ContainsKey("x-correlator"));
        return reply;
    }

    public static ApiReply IsInvalid(this ApiReply reply) =>
        reply.IsError(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");

    public static ApiReply IsNotFound(this ApiReply reply) => reply.IsError(HttpStatusCode.NotFound, "NOT_FOUND");
}
