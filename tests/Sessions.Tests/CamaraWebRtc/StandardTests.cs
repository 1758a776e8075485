using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>What the standard's own test definitions ask for, operation by operation.</summary>
public sealed class StandardTests : IAsyncLifetime
{
    private const string UnknownCall =
        "0AEE1B58BAEEDA3EABA42B32EBB3DFE0DEAD3F90AE0CEB9EEB0C0F703E199FC00E7C6E648F50EE885FF0CE6C7E1CEE795EDD";

    private const string UnknownId = "00000000-0000-4000-8000-000000000000";
    private const string StandardCalls = CamaraClient.StandardCalls;
    private const string Registrations = CamaraClient.Registrations;
    private const string Subscriptions = CamaraClient.Subscriptions;

    private SessionsApp _app = null!;
    private CamaraClient _alice = null!;

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start();
        _alice = new(_app, CamaraUsers.Alice);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    /// <summary>Every operation by its method, path and body.</summary>
    public static TheoryData<string, string, string?> Operations => new()
    {
        { "POST", CamaraClient.Calls, CamaraClient.NewCall().ToJsonString() },
        { "GET", $"{CamaraClient.Calls}/{UnknownCall}", null },
        { "DELETE", $"{CamaraClient.Calls}/{UnknownCall}", null },
        { "PUT", $"{CamaraClient.Calls}/{UnknownCall}/status", """{"status":"Ringing"}""" },
        { "POST", StandardCalls, CamaraClient.NewCall().ToJsonString() },
        { "GET", $"{StandardCalls}/{UnknownCall}", null },
        { "DELETE", $"{StandardCalls}/{UnknownCall}", null },
        { "PUT", $"{StandardCalls}/{UnknownCall}/status", """{"status":"Ringing"}""" },
        { "POST", Registrations, $$"""{"deviceId":"{{CamaraClient.Device}}"}""" },
        { "GET", $"{Registrations}?deviceId={CamaraClient.Device}", null },
        { "GET", $"{Registrations}/{UnknownId}", null },
        { "PUT", $"{Registrations}/{UnknownId}", "{}" },
        { "DELETE", $"{Registrations}/{UnknownId}", null },
        { "POST", Subscriptions, CamaraClient.NewSubscription(
            UnknownId, "session-status", "https://sink.example.com").ToJsonString() },
        { "GET", Subscriptions, null },
        { "GET", $"{Subscriptions}/{UnknownId}", null },
        { "DELETE", $"{Subscriptions}/{UnknownId}", null },
    };

    /// <summary>Those whose path names one thing.</summary>
    public static TheoryData<string, string, string?> OperationsOnOneThing
    {
        get
        {
            var operations = new TheoryData<string, string, string?>();
            foreach (var row in Operations)
            {
                var path = (string)row[1]!;
                if (path.Contains(UnknownCall, StringComparison.Ordinal)
                    || path.Contains(UnknownId, StringComparison.Ordinal))
                {
                    operations.Add((string)row[0]!, path, (string?)row[2]);
                }
            }

            return operations;
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Without_a_good_token_an_operation_is_401(string method, string path, string? body)
    {
        foreach (var token in (string?[])[null, CamaraUsers.Expired, "nonsense", "a.b.c"])
        {
            var reply = await new CamaraClient(_app, token).Send(new(method), path, body, ("x-correlator", "my-id"));

            reply.IsError(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
            Assert.Equal("my-id", reply.Headers["x-correlator"]);
            Assert.Equal("Bearer", reply.Headers["WWW-Authenticate"]);
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Without_the_operations_scope_it_is_403(string method, string path, string? body)
    {
        var reply = await new CamaraClient(_app, CamaraUsers.Reader).Send(new(method), path, body);

        if (method == "GET" && path.Contains(UnknownCall, StringComparison.Ordinal))
        {
            reply.IsNotFound();
        }
        else
        {
            reply.IsError(HttpStatusCode.Forbidden, "PERMISSION_DENIED");
        }
    }

    [Theory]
    [MemberData(nameof(OperationsOnOneThing))]
    public async Task A_well_formed_id_of_nothing_is_404(string method, string path, string? body) =>
        (await _alice.Send(new(method), path, body)).IsNotFound();

    [Theory]
    [InlineData("GET", "/webrtc/sessions")]
    [InlineData("GET", "/webrtc/sessions/")]
    [InlineData("DELETE", "/webrtc/sessions")]
    [InlineData("DELETE", "/webrtc/sessions/")]
    [InlineData("PUT", "/webrtc/sessions/status")]
    [InlineData("PUT", "/webrtc/sessions//status")]
    [InlineData("GET", StandardCalls)]
    [InlineData("DELETE", $"{StandardCalls}/")]
    [InlineData("PUT", $"{StandardCalls}/status")]
    [InlineData("PUT", $"{StandardCalls}//status")]
    [InlineData("GET", Registrations)]
    [InlineData("PUT", Registrations)]
    [InlineData("PUT", $"{Registrations}/")]
    [InlineData("DELETE", Registrations)]
    [InlineData("DELETE", Subscriptions)]
    [InlineData("DELETE", $"{Subscriptions}/")]
    public async Task A_path_whose_id_is_missing_is_400(string method, string path) =>
        (await _alice.Send(new(method), path, null)).IsInvalid();

    [Theory]
    [InlineData(CamaraClient.Calls)]
    [InlineData(StandardCalls)]
    [InlineData(Registrations)]
    [InlineData(Subscriptions)]
    public async Task A_create_without_a_body_or_with_an_empty_one_is_400(string path)
    {
        (await _alice.Send(HttpMethod.Post, path, null)).IsInvalid();
        (await _alice.Send(HttpMethod.Post, path, "{}")).IsInvalid();
    }

    [Fact]
    public async Task Each_success_echoes_the_correlator()
    {
        var mine = ("x-correlator", "b4333c46-49c0-4f62-80d7-f0ef930f1c46");
        var call = await _alice.Post(CamaraClient.Calls, CamaraClient.NewCall(), mine);
        var path = $"{CamaraClient.Calls}/{call.Is(HttpStatusCode.Created)["mediaSessionId"]}";
        var device = await _alice.Post(Registrations, new JsonObject { ["deviceId"] = CamaraClient.Device }, mine);
        var registration = device.Is(HttpStatusCode.OK)["registrationId"]!;
        var wanted = CamaraClient.NewSubscription(registration, "session-status", "https://sink.example.com");
        var subscription = await _alice.Post(Subscriptions, wanted, mine);
        ApiReply[] replies =
        [
            call,
            await _alice.Get(path, mine),
            await _alice.Put($"{path}/status", CamaraClient.Status("Initial"), mine),
            await _alice.Delete(path, mine),
            device,
            await _alice.Get($"{Registrations}/{registration}", mine),
            await _alice.Put($"{Registrations}/{registration}", null, mine),
            subscription,
            await _alice.Get(Subscriptions, mine),
            await _alice.Get($"{Subscriptions}/{subscription["id"]}", mine),
            await _alice.Delete($"{Subscriptions}/{subscription["id"]}", mine),
            await _alice.Delete($"{Registrations}/{registration}", mine),
        ];

        Assert.All(replies, reply =>
        {
            Assert.InRange((int)reply.Status, 200, 204);
            Assert.Equal(mine.Item2, reply.Headers["x-correlator"]);
        });
    }

    [Fact]
    public async Task Every_answer_has_a_correlator_even_when_none_was_sent_and_nothing_is_there()
    {
        ApiReply[] replies =
        [
            await _alice.Post(CamaraClient.Calls, CamaraClient.NewCall()),
            (await _alice.Get("/webrtc/elsewhere")).IsNotFound(),
            (await _alice.Send(HttpMethod.Patch, CamaraClient.Calls, null))
                .IsError(HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED"),
            (await _alice.Post(CamaraClient.Calls, CamaraClient.NewCall(("callType", "EMERGENCY"))))
                .IsError(HttpStatusCode.NotImplemented, "CALLTYPE_EMERGENCY_NOT_SUPPORTED"),
        ];

        Assert.All(replies, reply => Assert.Matches("^[a-zA-Z0-9-_:;./<>{}]{1,256}$", reply.Headers["x-correlator"]));
        Assert.Distinct(replies.Select(reply => reply.Headers["x-correlator"]));
    }

    [Theory]
    [InlineData("no spaces")]
    [InlineData("no|bars")]
    [InlineData("a,b")]
    public async Task A_malformed_correlator_is_400_and_not_echoed(string correlator)
    {
        var reply = (await _alice.Get(Subscriptions, ("x-correlator", correlator))).IsInvalid();

        Assert.NotEqual(correlator, reply.Headers["x-correlator"]);
        (await _alice.Get(Subscriptions, ("x-correlator", new string('x', 257)))).IsInvalid();
        (await _alice.Get(Subscriptions, ("x-correlator", new string('x', 256)))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Answers_are_announced_as_plain_application_json()
    {
        using var anonymous = _app.Anonymous();
        using var refused = await anonymous.GetAsync(Subscriptions);
        using var alice = _app.Anonymous().WithBearer(CamaraUsers.Alice);
        using var served = await alice.GetAsync(Subscriptions);

        Assert.Equal(new MediaTypeHeaderValue("application/json"), refused.Content.Headers.ContentType);
        Assert.Equal(new MediaTypeHeaderValue("application/json"), served.Content.Headers.ContentType);
    }
}
