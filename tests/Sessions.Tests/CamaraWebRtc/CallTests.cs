using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

public sealed class CallTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private CamaraClient _alice = null!;
    private CamaraClient _bob = null!;

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start();
        _alice = new(_app, CamaraUsers.Alice);
        _bob = new(_app, CamaraUsers.Bob);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task The_seeds_own_request_is_answered_as_the_seed_shows()
    {
        const string ignored = "0AEE1B58BAEEDA3EABA42B32EBB3DFE0";
        var request = CamaraClient.NewCall(
            ("originatorName", "tel:+17085852753"),
            ("receiverName", "tel:+17085854000"),
            ("status", "Initial"),
            ("mediaSessionId", ignored));

        var created = (await _alice.Post(CamaraClient.Calls, request)).Is(HttpStatusCode.Created);

        Assert.Matches("^[0-9A-F]{102}$", created["mediaSessionId"]);
        request["mediaSessionId"] = created["mediaSessionId"];
        Assert.True(JsonNode.DeepEquals(request, created.Body), created.Body!.ToJsonString());
        var fetched = (await _alice.Get($"{CamaraClient.Calls}/{created["mediaSessionId"]}")).Is(HttpStatusCode.OK);
        Assert.True(JsonNode.DeepEquals(request, fetched.Body), fetched.Body!.ToJsonString());
        Assert.Equal(created.Headers["ETag"], fetched.Headers["ETag"]);
    }

    [Fact]
    public async Task Both_paths_show_the_same_call()
    {
        var path = await _alice.Call();

        var standard = path.Replace(CamaraClient.Calls, CamaraClient.StandardCalls, StringComparison.Ordinal);

        Assert.Equal((await _alice.Get(path)).Body!.ToJsonString(), (await _alice.Get(standard)).Body!.ToJsonString());
        (await _bob.Put($"{standard}/status", CamaraClient.Status("Ringing"))).Is(HttpStatusCode.OK);
        Assert.Equal("Ringing", await _alice.StatusOf(path));
        (await _bob.Delete(standard)).Is(HttpStatusCode.NoContent);
        Assert.Equal("Declined", await _alice.StatusOf(path));
    }

    [Fact]
    public async Task What_r22_and_the_seed_may_add_is_kept_and_shown()
    {
        var location = JsonNode.Parse("""
            {"shape":"Circle","coordinates":{"latitude":47.6062,"longitude":-122.3321,"radius":35},"method":"GPS",
             "confidence":{"pdf":"normal","value":92},"timestamp":"2025-10-06T19:31:25.000Z"}
            """);
        var path = await _alice.Call(
            ("clientCorrelator", "fda6e26d"), ("callType", "REGULAR"), ("locationDetails", location), ("unknown", 1));

        var call = await _alice.Get(path);

        Assert.Equal("fda6e26d", call["clientCorrelator"]);
        Assert.Equal("REGULAR", call["callType"]);
        Assert.True(JsonNode.DeepEquals(location, call.Body!["locationDetails"]), call.Body.ToJsonString());
        Assert.Null(call.Body["unknown"]);
    }

    [Fact]
    public async Task A_location_without_a_moment_is_one_of_now()
    {
        var path = await _alice.Call(("locationDetails", new JsonObject { ["method"] = "GPS" }));

        var shown = (await _alice.Get(path)).Body!["locationDetails"]!;
        Assert.Equal("2026-03-14T09:26:53.589Z", shown["timestamp"]!.ToString());
    }

    [Theory]
    [InlineData("receiverSessionStatus")]
    [InlineData("ReceiverSessionStatus")]
    public async Task A_status_may_come_in_either_wrapper_of_the_examples(string wrapper)
    {
        var path = await _alice.Call();
        var wrapped = new JsonObject { [wrapper] = CamaraClient.Status("Connected", answer: true) };

        var connected = (await _bob.Put($"{path}/status", wrapped)).Is(HttpStatusCode.OK);

        Assert.Equal("Connected", connected["status"]);
        Assert.Equal("v=0 answer", connected.Body!["answer"]!["sdp"]!.ToString());
        Assert.Equal(connected.Body.ToJsonString(), (await _alice.Get(path)).Body!.ToJsonString());
    }

    [Fact]
    public async Task An_update_without_a_body_shows_the_call_as_it_is()
    {
        var path = await _alice.Call();
        await _bob.Set(path, "Ringing");

        var shown = (await _alice.Put($"{path}/status", null)).Is(HttpStatusCode.OK);

        Assert.Equal((await _alice.Get(path)).Body!.ToJsonString(), shown.Body!.ToJsonString());
    }

    [Fact]
    public async Task New_media_come_with_the_same_status_or_none()
    {
        var path = await _alice.Call();
        await _bob.Set(path, "Connected", answer: true);
        var video = new JsonObject { ["offer"] = new JsonObject { ["sdp"] = "v=0 video" } };

        Assert.Equal("Connected", (await _alice.Put($"{path}/status", video)).Is(HttpStatusCode.OK)["status"]);
        await _bob.Set(path, "Connected", answer: true);

        Assert.Equal("v=0 video", (await _bob.Get(path)).Body!["offer"]!["sdp"]!.ToString());
    }

    [Theory]
    [InlineData("sip:alice@example.com")]
    [InlineData("sip:+17085854000@ims.example.com")]
    [InlineData("tel:+17085854000")]
    [InlineData("urn:service:sos")]
    public async Task The_originator_must_be_a_number_of_the_token(string address)
    {
        var reply = await _alice.Post(CamaraClient.Calls, CamaraClient.NewCall(("originatorAddress", address)));

        Assert.Equal(
            "originator info is not consistent with access token.",
            reply.IsError(HttpStatusCode.Forbidden, "INVALID_TOKEN_CONTEXT")["message"]);
    }

    [Theory]
    [InlineData("sip:+17085852753@ims.example.com")]
    [InlineData("sip:anonymous@anonymous.invalid")]
    public async Task A_number_may_call_in_other_forms(string address)
    {
        var path = await _alice.Call(("originatorAddress", address));

        Assert.Equal(address, (await _bob.Get(path))["originatorAddress"]);
        (await _alice.Delete(path)).Is(HttpStatusCode.NoContent);
        Assert.Equal("SessionCancelled", await _bob.StatusOf(path));
    }

    [Theory]
    [InlineData("tel:+17085852753")]
    [InlineData("sip:+17085852753@ims.example.com")]
    public async Task Nobody_calls_himself(string receiver) =>
        (await _alice.Post(CamaraClient.Calls, CamaraClient.NewCall(("receiverAddress", receiver)))).IsInvalid();

    [Fact]
    public async Task Who_calls_anonymously_has_no_name()
    {
        var path = await _alice.Call(
            ("originatorAddress", "sip:anonymous@anonymous.invalid"), ("originatorName", "Alice"));

        Assert.Null((await _bob.Get(path))["originatorName"]);
    }

    [Fact]
    public async Task A_registered_device_calls_from_the_number_that_it_registered()
    {
        var both = new CamaraClient(_app, CamaraUsers.AliceAndDora);
        var device = new JsonObject { ["deviceId"] = CamaraClient.Device, ["phoneNumber"] = CamaraUsers.DoraNumber };
        var registered = (await both.Post(CamaraClient.Registrations, device)).Is(HttpStatusCode.OK);
        var asDora = ("registrationId", registered["registrationId"]!);
        Assert.Equal(CamaraUsers.DoraNumber, $"{registered.Body!["regInfo"]!["phoneNumber"]}");

        (await both.Post(CamaraClient.StandardCalls, CamaraClient.NewCall(), asDora))
            .IsError(HttpStatusCode.Forbidden, "INVALID_TOKEN_CONTEXT");
        var anonymous = CamaraClient.NewCall(
            ("originatorAddress", "sip:anonymous@anonymous.invalid"),
            ("receiverAddress", $"tel:{CamaraUsers.AliceNumber}"));
        var call = (await both.Post(CamaraClient.StandardCalls, anonymous, asDora)).Is(HttpStatusCode.Created);

        // Alice is called and not calling: she may ring.
        await _alice.Set($"{CamaraClient.Calls}/{call["mediaSessionId"]}", "Ringing");
    }

    [Fact]
    public async Task A_token_without_a_number_calls_nobody()
    {
        var nobody = new CamaraClient(_app, CamaraUsers.Nobody);
        foreach (var address in (string[])["tel:+17085852753", "sip:anonymous@anonymous.invalid"])
        {
            (await nobody.Post(CamaraClient.Calls, CamaraClient.NewCall(("originatorAddress", address))))
                .IsError(HttpStatusCode.Forbidden, "INVALID_TOKEN_CONTEXT");
        }
    }

    [Theory]
    [InlineData("callType", "EMERGENCY")]
    [InlineData("receiverAddress", "urn:service:sos.police")]
    public async Task An_emergency_call_is_501(string name, string value)
    {
        var reply = await _alice.Post(CamaraClient.Calls, CamaraClient.NewCall((name, value)));

        Assert.Equal(
            "Server does not support call type EMERGENCY.",
            reply.IsError(HttpStatusCode.NotImplemented, "CALLTYPE_EMERGENCY_NOT_SUPPORTED")["message"]);
    }

    [Fact]
    public async Task A_repeated_create_under_one_key_is_one_call()
    {
        var key = ("Idempotency-Key", "once");
        var first = await _alice.Post(CamaraClient.Calls, CamaraClient.NewCall(), key);

        var second = (await _alice.Post(CamaraClient.Calls, CamaraClient.NewCall(), key)).Is(HttpStatusCode.Created);

        Assert.Equal(first["mediaSessionId"], second["mediaSessionId"]);
        (await _alice.Post(CamaraClient.Calls, CamaraClient.NewCall(("receiverName", "Bob")), key))
            .IsError(HttpStatusCode.Conflict, "ALREADY_EXISTS");
    }

    [Fact]
    public async Task A_change_meant_for_another_version_is_412()
    {
        var path = await _alice.Call();
        var tag = (await _alice.Get(path)).Headers["ETag"];
        await _bob.Set(path, "Ringing");

        (await _alice.Delete(path, ("If-Match", tag)))
            .IsError(HttpStatusCode.PreconditionFailed, "FAILED_PRECONDITION");

        Assert.Equal("Ringing", await _alice.StatusOf(path));
    }
}
