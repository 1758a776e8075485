using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.CamaraWebRtc.Conformance;

/// <summary>Events, in our own words from their yaml.</summary>
internal static class EventScenarios
{
    public static IEnumerable<Scenario> All =>
        [.. Create.Scenarios(), .. OfCreate, .. List.Scenarios(), .. Fetch.Scenarios(), .. Update.Scenarios(),
            .. OfUpdate, .. Delete.Scenarios(), .. Told];

    private static Operation Create => new(
        "createNotificationChannelSubscription",
        HttpMethod.Post,
        async stage => new(stage.Edition.Subscriptions, (await stage.Subscription()).ToJsonString())
        {
            After = reply =>
            {
                Assert.Equal("ACTIVE", reply["status"]);
                return Task.CompletedTask;
            },
        },
        _ => HttpStatusCode.Created)
    {
        Creates = true,
    };

    private static Operation List => new(
        "retrieveNotificationChannelSubscriptionList",
        HttpMethod.Get,
        stage => Task.FromResult(new Asked(stage.Edition.Subscriptions)),
        _ => HttpStatusCode.OK);

    private static Operation Fetch => new(
        "retrieveNotificationChannelSubscription",
        HttpMethod.Get,
        async stage => new(await stage.Subscribe(stage.Alice)),
        _ => HttpStatusCode.OK)
    {
        Absent = edition => $"{edition.Subscriptions}/{Stage.UnknownId}",
        Without = edition => edition.Subscriptions,
        WithoutNote = 2,
        Empty = edition => $"{edition.Subscriptions}/",
    };

    private static Operation Update => new(
        "updateNotificationChannelSubscription",
        HttpMethod.Put,
        async stage => new(await stage.Subscribe(stage.Alice), "{}"),
        _ => HttpStatusCode.OK)
    {
        Absent = edition => $"{edition.Subscriptions}/{Stage.UnknownId}",
        Without = edition => edition.Subscriptions,
        Empty = edition => $"{edition.Subscriptions}/",
        Concerns = edition => edition.IsNext,
    };

    private static Operation Delete => new(
        "deleteNotificationChannelSubscription",
        HttpMethod.Delete,
        async stage => new(await stage.Subscribe(stage.Alice)),
        _ => HttpStatusCode.NoContent)
    {
        Absent = edition => $"{edition.Subscriptions}/{Stage.UnknownId}",
        Without = edition => edition.Subscriptions,
        Empty = edition => $"{edition.Subscriptions}/",
    };

    private static IEnumerable<Scenario> OfCreate =>
    [
        Refused("Another protocol than HTTP is 400 INVALID_PROTOCOL", "INVALID_PROTOCOL", """{"protocol":"MQTT5"}"""),
        Refused("A sink that is no https address is 400 INVALID_SINK", "INVALID_SINK", """{"sink":"ftp://a.test"}"""),
        Refused("Another credential than a token is 400 INVALID_CREDENTIAL", "INVALID_CREDENTIAL",
            """{"sinkCredential":{"credentialType":"PLAIN"}}"""),
        Refused("A token that is no bearer token is 400 INVALID_TOKEN", "INVALID_TOKEN", """
            {"sinkCredential":{"credentialType":"ACCESSTOKEN","accessToken":"t","accessTokenType":"mac",
            "accessTokenExpiresUtc":"2030-01-01T00:00:00Z"}}
            """),
        Refused("An unknown type of event is 400 INVALID_ARGUMENT", "INVALID_ARGUMENT", """{"types":["unknown"]}"""),
        Refused("A subscription about nothing is 400 INVALID_ARGUMENT", "INVALID_ARGUMENT",
            """{"config":{"subscriptionDetail":{}}}"""),
        new("createNotificationChannelSubscription", "What is not the caller's is 403 SUBSCRIPTION_MISMATCH",
            async stage =>
            {
                var body = await stage.Subscription();
                var name = stage.Edition.IsNext ? "deviceId" : "registrationId";
                body["config"]!["subscriptionDetail"] = new JsonObject { [name] = Stage.UnknownId };
                (await stage.Alice.Post(stage.Edition.Subscriptions, body))
                    .IsError(HttpStatusCode.Forbidden, "SUBSCRIPTION_MISMATCH");
            }),
        new Scenario("createNotificationChannelSubscription",
            "Several types are 422 MULTIEVENT_SUBSCRIPTION_NOT_SUPPORTED", async stage =>
                (await stage.Alice.Post(stage.Edition.Subscriptions, await stage.Subscription(null, _three)))
                    .IsError(HttpStatusCode.UnprocessableEntity, "MULTIEVENT_SUBSCRIPTION_NOT_SUPPORTED"))
        {
            Concerns = edition => !edition.IsNext,
        },
        new Scenario("createNotificationChannelSubscription", "Three types are taken", async stage =>
            (await stage.Alice.Post(stage.Edition.Subscriptions, await stage.Subscription(null, _three)))
                .Is(HttpStatusCode.Created)).Next(),
        new Scenario("createNotificationChannelSubscription",
            "Three types are shown as the schema of the answer has it, which is one", async stage =>
                Assert.Single((await stage.Alice.Post(
                    stage.Edition.Subscriptions, await stage.Subscription(null, _three))).Body!["types"]!.AsArray()))
        {
            Note = 3,
        }.Next(),
    ];

    private static readonly string[] _three = ["session-invitation", "session-status", "registration-ends"];

    private static IEnumerable<Scenario> OfUpdate =>
    [
        new Scenario("updateNotificationChannelSubscription", "It gives the subscription another end", async stage =>
        {
            var update = JsonNode.Parse("""{"config":{"subscriptionExpireTime":"2026-03-20T00:00:00.000Z"}}""");
            var reply = await stage.Alice.Put(await stage.Subscribe(stage.Alice), update);
            Assert.Equal("2026-03-20T00:00:00.000Z", reply.Is(HttpStatusCode.OK)["expiresAt"]);
        }).Next(),
        new Scenario("updateNotificationChannelSubscription", "Any other member is 400 INVALID_ARGUMENT", async stage =>
            (await stage.Alice.Put(
                await stage.Subscribe(stage.Alice),
                new JsonObject { ["sink"] = "https://sink.example.com" })).IsInvalid()).Next(),
    ];

    private static IEnumerable<Scenario> Told =>
    [
        new("notifications", "The receiver is invited: a CloudEvent with the call and its offer", async stage =>
        {
            await stage.Subscribe(stage.Bob, "session-invitation");
            var call = await stage.Call();
            var told = await stage.Sink.Next();
            Assert.Equal(
                ("session-invitation", "Initial", call), (told.Type, told.Status, told.Source));
            Assert.Equal(CamaraClient.Sdp, $"{told.Data["offer"]!["sdp"]}");
        }),
        new("notifications", "Both are told of a status, with data in data", async stage =>
        {
            await stage.Subscribe(stage.Alice, "session-status");
            await stage.Subscribe(stage.Bob, "session-status");
            await stage.Bob.Set(await stage.Call(), "Ringing");
            Assert.All(await stage.Sink.Next(2), told =>
                Assert.Equal(("session-status", "Ringing"), (told.Type, told.Status)));
        }),
        new("notifications", "A status has mediaSessionId and status beside data, as the schema has it", async stage =>
        {
            await stage.Subscribe(stage.Alice, "session-status");
            await stage.Bob.Set(await stage.Call(), "Ringing");
            var received = await stage.Sink.Server.Next();
            Assert.NotNull(JsonNode.Parse(received.Body)!["mediaSessionId"]);
        })
        {
            Note = 4,
        },
        new("notifications", "The end of a registration is told", async stage =>
        {
            var (_, id) = await stage.Registered(stage.Bob);
            await stage.Subscribe(stage.Bob, "registration-ends");
            await stage.Bob.Delete($"{stage.Edition.Registrations}/{id}");
            var told = await stage.Sink.Next();
            Assert.Equal(("registration-ends", id), (told.Type, told["registrationId"]));
            Assert.Equal("NETWORK_TERMINATED", told["terminationReason"]);
        }),
        new("notifications", "The end of a subscription is told, with its reason", async stage =>
        {
            var body = await stage.Subscription(stage.Bob);
            body["config"]!["subscriptionMaxEvents"] = 1;
            await stage.Subscribe(stage.Bob, body);
            await stage.Bob.Set(await stage.Call(), "Ringing");
            var told = await stage.Sink.Next(2);
            Assert.Equal(["session-status", "subscription-ended"], told.Select(each => each.Type));
            Assert.Equal("MAX_EVENTS_REACHED", told[1]["terminationReason"]);
        }),
        new("notifications", "The sink's token opens the sink", async stage =>
        {
            var body = await stage.Subscription(stage.Bob);
            body["sinkCredential"] = JsonNode.Parse("""
                {"credentialType":"ACCESSTOKEN","accessToken":"t","accessTokenType":"bearer",
                "accessTokenExpiresUtc":"2030-01-01T00:00:00Z"}
                """);
            await stage.Subscribe(stage.Bob, body);
            await stage.Bob.Set(await stage.Call(), "Ringing");
            Assert.Equal("Bearer t", (await stage.Sink.Next()).Headers["Authorization"]);
        }),
    ];

    private static Scenario Refused(string sentence, string code, string members) => new(
        "createNotificationChannelSubscription", sentence, async stage =>
        {
            var body = await stage.Subscription();
            foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
            {
                body[name] = value?.DeepClone();
            }

            (await stage.Alice.Post(stage.Edition.Subscriptions, body)).IsError(HttpStatusCode.BadRequest, code);
        });
}
