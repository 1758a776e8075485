using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>Subscriptions from r3.1 on: by device, of several types, changed by PUT.</summary>
public sealed class SubscriptionByDeviceTests : SinkTest
{
    private const string Prefix = "org.camaraproject.webrtc-events.v0.";
    private static readonly string _subscriptions = CamaraEdition.R31.Subscriptions;

    [Fact]
    public async Task A_subscription_is_about_a_device_and_knows_no_registration_and_no_session()
    {
        var asked = New("session-status");
        asked["config"]!["subscriptionDetail"]!["registrationId"] = "passed-over";
        asked["config"]!["subscriptionDetail"]!["sessionId"] = "passed-over";

        var made = (await Bob.Post(_subscriptions, asked)).Is(HttpStatusCode.Created);

        var detail = made.Body!["config"]!["subscriptionDetail"]!;
        Assert.Equal($$"""{"deviceId":"{{CamaraClient.Device}}"}""", detail.ToJsonString());
        var before = await Bob.Get($"{CamaraClient.Subscriptions}/{made["id"]}");
        Assert.Equal(Registration, $"{before.Body!["config"]!["subscriptionDetail"]!["registrationId"]}");
        asked["config"]!["subscriptionDetail"] = new JsonObject { ["registrationId"] = Registration };
        (await Bob.Post(_subscriptions, asked)).IsInvalid();
        asked["config"]!["subscriptionDetail"] = new JsonObject { ["deviceId"] = CamaraClient.OtherDevice };
        (await Bob.Post(_subscriptions, asked)).IsError(HttpStatusCode.Forbidden, "SUBSCRIPTION_MISMATCH");
    }

    [Fact]
    public async Task Three_types_share_a_subscription_and_each_is_told_in_its_generations_paths()
    {
        var made = (await Bob.Post(_subscriptions, New("session-invitation", "session-status", "registration-ends")))
            .Is(HttpStatusCode.Created);
        Assert.Equal(3, made.Body!["types"]!.AsArray().Count);

        var call = await Alice.Call(("clientCorrelator", "r2.2 alone"));
        var invited = await Sink.Next();
        await Bob.Set(call, "Ringing");
        var ringing = await Sink.Next();
        await Bob.Delete($"{CamaraClient.Registrations}/{Registration}");
        var over = await Sink.Next();

        var id = call.Split('/')[^1];
        Assert.Equal(
            ["session-invitation", "session-status", "registration-ends"], [invited.Type, ringing.Type, over.Type]);
        Assert.Equal($"{CamaraEdition.R31.Calls}/{id}", invited.Source);
        Assert.Equal($"{CamaraEdition.R31.Calls}/{id}", ringing.Source);
        Assert.Equal($"{CamaraEdition.R31.Registrations}/{Registration}", over.Source);
        Assert.Null(invited["clientCorrelator"]);
        await Bob.Delete($"{_subscriptions}/{made["id"]}");
        Assert.Equal($"{_subscriptions}/{made["id"]}", (await Sink.Next()).Source);
    }

    [Theory]
    [InlineData("session-status session-status")]
    [InlineData("session-status unknown")]
    [InlineData("subscription-ended")]
    public async Task Types_are_known_ones_each_once(string types) =>
        (await Bob.Post(_subscriptions, New(types.Split(' ')))).IsInvalid();

    [Fact]
    public async Task A_subscriptions_end_and_token_can_be_changed_and_nothing_else()
    {
        var made = (await Bob.Post(_subscriptions, New("session-status"))).Is(HttpStatusCode.Created);
        var path = $"{_subscriptions}/{made["id"]}";
        var later = new JsonObject
        {
            ["config"] = new JsonObject { ["subscriptionExpireTime"] = "2026-03-20T00:00:00.000Z" },
            ["sinkCredential"] = new JsonObject
            {
                ["credentialType"] = "ACCESSTOKEN",
                ["accessToken"] = "next-token",
                ["accessTokenType"] = "bearer",
                ["accessTokenExpiresUtc"] = "2026-03-19T00:00:00Z",
            },
        };

        var changed = (await Bob.Put(path, later)).Is(HttpStatusCode.OK);
        var again = (await Bob.Put(path, later)).Is(HttpStatusCode.OK);
        var untouched = (await Bob.Put(path, new JsonObject())).Is(HttpStatusCode.OK);

        Assert.Equal("2026-03-20T00:00:00.000Z", $"{changed.Body!["config"]!["subscriptionExpireTime"]}");
        Assert.Equal("2026-03-18T23:58:00.000Z", changed["expiresAt"]);
        Assert.All([again, untouched], reply => Assert.True(JsonNode.DeepEquals(changed.Body, reply.Body)));
        Assert.Equal(changed.Headers["ETag"], again.Headers["ETag"]);
        await Bob.Set(await Alice.Call(), "Ringing");
        Assert.Equal("Bearer next-token", (await Sink.Next()).Headers["Authorization"]);
        foreach (var wrong in (string[])
            [
                """{"sink":"https://elsewhere.example.com"}""", """{"config":{"subscriptionMaxEvents":5}}""",
                """{"types":[]}""", """{"config":{"subscriptionExpireTime":"soon"}}""", "",
            ])
        {
            (await Bob.Send(HttpMethod.Put, path, wrong)).IsInvalid();
        }

        (await Bob.Send(HttpMethod.Put, path, """{"config":{"subscriptionExpireTime":"2026-03-14T09:00:00Z"}}"""))
            .IsError(HttpStatusCode.BadRequest, "OUT_OF_RANGE");
        (await Bob.Put($"{CamaraClient.Subscriptions}/{made["id"]}", later))
            .IsError(HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED");
        (await new CamaraClient(App, CamaraUsers.Carol).Put(path, later)).IsNotFound();
        (await Bob.Put(_subscriptions, later)).IsInvalid();
    }

    [Fact]
    public async Task What_r2_2_does_not_know_is_405_with_what_it_does()
    {
        var id = (await Bob.Post(_subscriptions, New("session-status"))).Is(HttpStatusCode.Created)["id"];
        using var client = App.Anonymous().WithBearer(CamaraUsers.Bob);
        using var body = new StringContent("{}");
        var path = new Uri($"{CamaraClient.Subscriptions}/{id}", UriKind.Relative);

        using var reply = await client.PutAsync(path, body);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, reply.StatusCode);
        Assert.Equal(["DELETE", "GET", "HEAD"], reply.Content.Headers.Allow);
    }

    [Fact]
    public async Task One_that_has_ended_is_changed_no_more()
    {
        var asked = New("session-status");
        asked["config"]!["subscriptionExpireTime"] = "2026-03-14T10:00:00Z";
        var path = $"{_subscriptions}/{(await Bob.Post(_subscriptions, asked)).Is(HttpStatusCode.Created)["id"]}";
        App.Clock.Advance(TimeSpan.FromHours(1));

        (await Bob.Put(path, new JsonObject())).IsNotFound();
    }

    [Theory]
    [InlineData("subscriptionMaxEvents", "1000001", "OUT_OF_RANGE")]
    [InlineData("sink", "1025", "INVALID_SINK")]
    public async Task The_limits_of_the_generation_hold(string name, string value, string code)
    {
        var asked = New("session-status");
        if (name is "sink")
        {
            asked["sink"] = "https://sink.example.com/".PadRight(1025, 'x');
        }
        else
        {
            asked["config"]![name] = JsonNode.Parse(value);
        }

        (await Bob.Post(_subscriptions, asked)).IsError(HttpStatusCode.BadRequest, code);
        var detail = new JsonObject { ["registrationId"] = Registration };
        asked["config"]!["subscriptionDetail"] = detail;
        (await Bob.Post(CamaraClient.Subscriptions, asked)).Is(HttpStatusCode.Created);
    }

    private JsonObject New(params string[] types) => new()
    {
        ["protocol"] = "HTTP",
        ["sink"] = Sink.Url,
        ["types"] = new JsonArray([.. types.Select(type => (JsonNode)(Prefix + type))]),
        ["config"] = new JsonObject
        {
            ["subscriptionDetail"] = new JsonObject { ["deviceId"] = CamaraClient.Device },
        },
    };
}
