using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

public sealed class SubscriptionTests : IAsyncLifetime
{
    private const string Subscriptions = CamaraClient.Subscriptions;
    private const string Sink = "https://sink.example.com/events";
    private SessionsApp _app = null!;
    private CamaraClient _alice = null!;
    private string _registration = "";

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start();
        _alice = new(_app, CamaraUsers.Alice);
        _registration = await _alice.Register();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_subscription_is_shown_as_it_was_asked_for_without_its_token()
    {
        var asked = CamaraClient.NewSubscription(
            _registration,
            "session-invitation",
            Sink,
            ("subscriptionExpireTime", "2026-03-15T00:00:00.000Z"),
            ("subscriptionMaxEvents", 50),
            ("initialEvent", true));
        asked["sinkCredential"] = Credential();

        var created = (await _alice.Post(Subscriptions, asked)).Is(HttpStatusCode.Created);

        asked.Remove("sinkCredential");
        asked["config"]!["subscriptionDetail"]!["deviceId"] = CamaraClient.Device;
        asked["id"] = created["id"];
        asked["startsAt"] = "2026-03-14T09:26:53.589Z";
        asked["expiresAt"] = "2026-03-15T00:00:00.000Z";
        asked["status"] = "ACTIVE";
        Assert.True(JsonNode.DeepEquals(asked, created.Body), created.Body!.ToJsonString());
        var fetched = (await _alice.Get($"{Subscriptions}/{created["id"]}")).Is(HttpStatusCode.OK);
        Assert.True(JsonNode.DeepEquals(asked, fetched.Body), fetched.Body!.ToJsonString());
        var listed = (await _alice.Get(Subscriptions)).Is(HttpStatusCode.OK);
        Assert.True(JsonNode.DeepEquals(new JsonArray(asked), listed.Body), listed.Body!.ToJsonString());
    }

    [Fact]
    public async Task The_device_alone_says_which_registration_is_meant()
    {
        var asked = CamaraClient.NewSubscription(_registration, "session-status", Sink);
        asked["config"]!["subscriptionDetail"] = new JsonObject { ["deviceId"] = CamaraClient.Device };

        var created = (await _alice.Post(Subscriptions, asked)).Is(HttpStatusCode.Created);

        Assert.Equal(_registration, $"{created.Body!["config"]!["subscriptionDetail"]!["registrationId"]}");
    }

    [Fact]
    public async Task A_repeated_create_under_one_key_is_one_subscription()
    {
        var asked = CamaraClient.NewSubscription(_registration, "session-status", Sink);
        var first = await _alice.Post(Subscriptions, asked, ("Idempotency-Key", "k"));

        var second = await _alice.Post(Subscriptions, asked, ("Idempotency-Key", "k"));

        Assert.Equal(first["id"], second.Is(HttpStatusCode.Created)["id"]);
        Assert.Single((await _alice.Get(Subscriptions)).Body!.AsArray());
    }

    [Fact]
    public async Task What_is_no_own_live_registration_or_call_is_SUBSCRIPTION_MISMATCH()
    {
        var bob = new CamaraClient(_app, CamaraUsers.Bob);
        var carol = new CamaraClient(_app, CamaraUsers.Carol);
        var bobs = await bob.Register(CamaraClient.OtherDevice);
        var carols = await carol.Call(
            ("originatorAddress", "tel:+17085859999"), ("receiverAddress", "tel:+17085854000"));
        JsonObject[] details =
        [
            new() { ["registrationId"] = bobs },
            new() { ["registrationId"] = Guid.Empty.ToString("D") },
            new() { ["registrationId"] = "xsmcaum3z4zw4l0cu4w115m0" },
            new() { ["deviceId"] = CamaraClient.OtherDevice },
            new() { ["registrationId"] = _registration, ["deviceId"] = CamaraClient.OtherDevice },
            new() { ["registrationId"] = _registration, ["sessionId"] = carols.Split('/')[^1] },
            new() { ["registrationId"] = _registration, ["mediaSessionId"] = "unknown" },
        ];

        foreach (var detail in details)
        {
            var asked = CamaraClient.NewSubscription(_registration, "session-status", Sink);
            asked["config"]!["subscriptionDetail"] = detail;
            (await _alice.Post(Subscriptions, asked)).IsError(HttpStatusCode.Forbidden, "SUBSCRIPTION_MISMATCH");
        }

        Assert.Empty((await _alice.Get(Subscriptions)).Body!.AsArray());
    }

    [Theory]
    [InlineData("""{"protocol":"MQTT3"}""", "INVALID_PROTOCOL")]
    [InlineData("""{"protocol":null}""", "INVALID_ARGUMENT")]
    [InlineData("""{"sink":"ftp://sink.example.com"}""", "INVALID_SINK")]
    [InlineData("""{"sink":"nowhere"}""", "INVALID_SINK")]
    [InlineData("""{"sink":"https://10.0.0.1/"}""", "INVALID_SINK")]
    [InlineData("""{"sink":"https://[fd00::1]/"}""", "INVALID_SINK")]
    [InlineData("""{"sink":"https://sink.example.com/a b"}""", "INVALID_SINK")]
    [InlineData("""{"sink":" https://sink.example.com/"}""", "INVALID_SINK")]
    [InlineData("""{"sink":"https://sink.example.com/ü"}""", "INVALID_SINK")]
    [InlineData("""{"sink":"https://sink.example.com/%zz"}""", "INVALID_SINK")]
    [InlineData("""{"sink":"https:\\\\sink.example.com/"}""", "INVALID_SINK")]
    [InlineData("""{"sink":"https://sink.example.com/<x>"}""", "INVALID_SINK")]
    [InlineData("""{"sink":"https://sink.example.com/[x]"}""", "INVALID_SINK")]
    [InlineData("""{"sink":"https:sink.example.com"}""", "INVALID_SINK")]
    [InlineData("""{"sink":"https:///events"}""", "INVALID_SINK")]
    [InlineData("""{"protocolSettings":{"method":"GET"}}""", "INVALID_ARGUMENT")]
    [InlineData("""{"protocolSettings":{"headers":{"Authorization":"Basic eDp5"}}}""", "INVALID_ARGUMENT")]
    [InlineData("""{"protocolSettings":{"headers":{"content-type":"text/plain"}}}""", "INVALID_ARGUMENT")]
    [InlineData("""{"protocolSettings":{"headers":{"Host":"elsewhere"}}}""", "INVALID_ARGUMENT")]
    [InlineData("""{"protocolSettings":{"headers":{"two words":"x"}}}""", "INVALID_ARGUMENT")]
    [InlineData("""{"protocolSettings":{"headers":{"X-A":"line\r\nX-B: break"}}}""", "INVALID_ARGUMENT")]
    [InlineData("""{"protocolSettings":{"headers":{"X-A":null}}}""", "INVALID_ARGUMENT")]
    [InlineData("""{"types":[]}""", "INVALID_ARGUMENT")]
    [InlineData("""{"types":[null]}""", "INVALID_ARGUMENT")]
    [InlineData("""{"types":["org.camaraproject.webrtc-events.v0.subscription-ended"]}""", "INVALID_ARGUMENT")]
    [InlineData("""{"types":"session-status"}""", "INVALID_ARGUMENT")]
    [InlineData("""{"config":null}""", "INVALID_ARGUMENT")]
    [InlineData("""{"config":{}}""", "INVALID_ARGUMENT")]
    [InlineData("""{"config":{"subscriptionDetail":{}}}""", "INVALID_ARGUMENT")]
    [InlineData("""{"config":{"subscriptionDetail":{"deviceId":"mine"}}}""", "INVALID_ARGUMENT")]
    [InlineData("""{"sinkCredential":{}}""", "INVALID_CREDENTIAL")]
    [InlineData("""{"sinkCredential":{"credentialType":"PLAIN"}}""", "INVALID_CREDENTIAL")]
    [InlineData("""{"sinkCredential":{"credentialType":"ACCESSTOKEN"}}""", "INVALID_CREDENTIAL")]
    public async Task A_bad_member_has_its_code(string members, string code)
    {
        var asked = CamaraClient.NewSubscription(_registration, "session-status", Sink);
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
        {
            asked[name] = value?.DeepClone();
        }

        (await _alice.Post(Subscriptions, asked)).IsError(HttpStatusCode.BadRequest, code);
    }

    [Theory]
    [InlineData("subscriptionMaxEvents", "0", "OUT_OF_RANGE")]
    [InlineData("subscriptionMaxEvents", "1.5", "INVALID_ARGUMENT")]
    [InlineData("subscriptionMaxEvents", "99999999999", "INVALID_ARGUMENT")]
    [InlineData("subscriptionExpireTime", "\"2026-03-14T09:26:53.589Z\"", "OUT_OF_RANGE")]
    [InlineData("subscriptionExpireTime", "\"2026-04-01T00:00:00\"", "INVALID_ARGUMENT")]
    [InlineData("subscriptionExpireTime", "\"tomorrow\"", "INVALID_ARGUMENT")]
    [InlineData("initialEvent", "\"yes\"", "INVALID_ARGUMENT")]
    public async Task A_bad_limit_has_its_code(string name, string value, string code) =>
        (await _alice.Post(Subscriptions, CamaraClient.NewSubscription(
            _registration, "session-status", Sink, (name, JsonNode.Parse(value)))))
            .IsError(HttpStatusCode.BadRequest, code);

    [Theory]
    [InlineData("accessTokenType", "mac", "INVALID_TOKEN")]
    [InlineData("accessToken", "two words", "INVALID_TOKEN")]
    [InlineData("accessToken", "line\r\nbreak", "INVALID_TOKEN")]
    [InlineData("accessToken", "", "INVALID_TOKEN")]
    [InlineData("accessTokenExpiresUtc", "2026-03-14T09:00:00Z", "OUT_OF_RANGE")]
    [InlineData("accessTokenExpiresUtc", "2026-03-14T09:00:00", "INVALID_ARGUMENT")]
    public async Task A_bad_sink_credential_has_its_code(string name, string value, string code)
    {
        var asked = CamaraClient.NewSubscription(_registration, "session-status", Sink);
        asked["sinkCredential"] = CamaraClient.With(Credential(), (name, value));

        (await _alice.Post(Subscriptions, asked)).IsError(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task Two_types_in_one_are_422()
    {
        var asked = CamaraClient.NewSubscription(_registration, "session-status", Sink);
        asked["types"]!.AsArray().Add("org.camaraproject.webrtc-events.v0.session-invitation");

        (await _alice.Post(Subscriptions, asked))
            .IsError(HttpStatusCode.UnprocessableEntity, "MULTIEVENT_SUBSCRIPTION_NOT_SUPPORTED");
    }

    [Fact]
    public async Task A_thirty_third_subscription_of_a_number_is_refused()
    {
        for (var i = 0; i < 32; i++)
        {
            await _alice.Subscribe(_registration, "session-status", Sink);
        }

        (await _alice.Post(Subscriptions, CamaraClient.NewSubscription(_registration, "session-status", Sink)))
            .IsError(HttpStatusCode.TooManyRequests, "QUOTA_EXCEEDED");
    }

    [Fact]
    public async Task A_subscription_is_EXPIRED_at_the_very_moment_of_its_end_and_listed_no_more()
    {
        var path = await _alice.Subscribe(
            _registration, "session-status", Sink, ("subscriptionExpireTime", "2026-03-14T09:30:00Z"));
        _app.Clock.Now = new(2026, 3, 14, 9, 30, 0, TimeSpan.Zero);

        Assert.Equal("EXPIRED", (await _alice.Get(path)).Is(HttpStatusCode.OK)["status"]);
        Assert.Empty((await _alice.Get(Subscriptions)).Body!.AsArray());
        await _app.Sweep();
        Assert.Equal("EXPIRED", (await _alice.Get(path)).Is(HttpStatusCode.OK)["status"]);
    }

    [Fact]
    public async Task A_deleted_subscription_is_gone()
    {
        var path = await _alice.Subscribe(_registration, "session-status", Sink);

        (await _alice.Delete(path)).Is(HttpStatusCode.NoContent);

        (await _alice.Get(path)).IsNotFound();
        (await _alice.Delete(path)).IsNotFound();
    }

    private static JsonObject Credential() => new()
    {
        ["credentialType"] = "ACCESSTOKEN",
        ["accessToken"] = "sink-token",
        ["accessTokenType"] = "bearer",
        ["accessTokenExpiresUtc"] = "2026-03-20T00:00:00Z",
    };
}
