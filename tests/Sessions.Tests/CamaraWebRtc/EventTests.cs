using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Outbox;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>Which events are sent, to whom and when.</summary>
public sealed class EventTests : SinkTest
{
    [Fact]
    public async Task An_invitation_tells_the_receiver_all_that_is_needed_to_answer()
    {
        var subscription = await Subscribe("session-invitation");
        var call = await Alice.Call(("originatorName", "Alice"), ("receiverName", "Bob"));

        var told = await Sink.Next();

        var expected = new JsonObject
        {
            ["subscriptionId"] = IdOf(subscription),
            ["originatorAddress"] = "tel:+17085852753",
            ["originatorName"] = "Alice",
            ["receiverAddress"] = "tel:+17085854000",
            ["receiverName"] = "Bob",
            ["status"] = "Initial",
            ["offer"] = new JsonObject { ["sdp"] = CamaraClient.Sdp },
            ["mediaSessionId"] = IdOf(call),
            ["reason"] = "New incoming call",
            ["sequenceNumber"] = 1,
        };
        Assert.True(JsonNode.DeepEquals(expected, told.Data), told.Data.ToJsonString());
        Assert.Equal("org.camaraproject.webrtc-events.v0.session-invitation", told.FullType);
    }

    [Fact]
    public async Task Only_a_device_that_is_registered_is_called()
    {
        await Subscribe("session-invitation");
        await Bob.Delete($"{CamaraClient.Registrations}/{Registration}");
        await Alice.Call();
        await CamaraUsers.Quiet(App);
        Assert.Equal(0, Sink.Count);

        await Bob.Register();
        var second = await Alice.Call();

        Assert.Equal(IdOf(second), (await Sink.Next())["mediaSessionId"]);
        Assert.Equal(1, Sink.Count);
    }

    [Fact]
    public async Task A_refused_change_is_told_to_nobody()
    {
        var call = await Alice.Call();
        await Subscribe("session-status");

        (await Alice.Put($"{call}/status", CamaraClient.Status("Hold")))
            .IsError(HttpStatusCode.Conflict, "INCOMPATIBLE_STATE");
        (await Bob.Put($"{call}/status", CamaraClient.Status("Connected"))).IsInvalid();
        await Bob.Set(call, "Initial");
        await Bob.Set(call, "Ringing");

        var told = await Sink.Next();
        Assert.Equal(("Ringing", 2), (told.Status, told.Sequence));
        await CamaraUsers.Quiet(App);
        Assert.Equal(1, Sink.Count);
    }

    [Fact]
    public async Task A_subscription_to_one_call_hears_of_no_other_and_with_initialEvent_hears_at_once()
    {
        var one = await Alice.Call();
        var other = await Alice.Call();
        await Bob.Set(one, "Ringing");
        // What came within a second before it, and is not passed on yet, is told to a subscription, too.
        App.Clock.Advance(TimeSpan.FromSeconds(2));
        await Bob.Subscribe(Registration, "session-status", Sink.Url, Detail(one), ("initialEvent", true));

        var first = await Sink.Next();
        await Bob.Set(other, "Busy");
        await Bob.Set(one, "Busy");

        var second = await Sink.Next();
        Assert.Equal(("Ringing", 2), (first.Status, first.Sequence));
        Assert.Equal(("Busy", 3, IdOf(one)), (second.Status, second.Sequence, second["mediaSessionId"]));
        await CamaraUsers.Quiet(App);
        Assert.Equal(2, Sink.Count);
    }

    [Fact]
    public async Task Both_parties_are_told_that_nobody_answered()
    {
        var alices = await Alice.Register(CamaraClient.OtherDevice);
        await Subscribe("session-status");
        await Alice.Subscribe(alices, "session-status", Sink.Url);
        await Alice.Call();
        App.Clock.Advance(TimeSpan.FromMinutes(4));

        await App.Sweep();
        await App.DeliverDue();

        var told = await Sink.Next(2);
        Assert.All(told, one => Assert.Equal("NoAnswer", one.Status));
        Assert.Equal([1, 2], told.Select(one => one.Sequence!.Value).Order());
        Assert.Equal(2, told.Select(one => one["subscriptionId"]).Distinct().Count());
        await App.Sweep();
        await CamaraUsers.Quiet(App);
        Assert.Equal(2, Sink.Count);
    }

    [Fact]
    public async Task News_that_are_passed_on_twice_are_counted_and_told_once()
    {
        var path = await Bob.Subscribe(
            Registration, "session-invitation", Sink.Url, ("subscriptionMaxEvents", 2));
        var call = await Alice.Call();
        var first = await Sink.Next();
        await CamaraUsers.Quiet(App);
        var relay = App.Services.GetRequiredService<IOutboxRelay>();

        var again = await NewsOf(call);
        await relay.Pass(again, App.Clock.Now, CancellationToken.None);
        await relay.Pass(again, App.Clock.Now, CancellationToken.None);

        await CamaraUsers.Quiet(App);
        Assert.Equal(1, Sink.Count);
        Assert.Equal("ACTIVE", (await Bob.Get(path))["status"]);
        Assert.Equal(IdOf(call), first["mediaSessionId"]);
    }

    [Fact]
    public async Task News_of_an_invitation_that_are_passed_on_after_the_call_are_dropped()
    {
        await Subscribe("session-invitation");
        var call = await Alice.Call();
        await Sink.Next();
        await Bob.Set(call, "Busy");
        await CamaraUsers.Quiet(App);
        var relay = App.Services.GetRequiredService<IOutboxRelay>();

        var late = (await NewsOf(call)) with { Id = "late" };

        Assert.Equal(Verdict.Dropped, await relay.Pass(late, App.Clock.Now, CancellationToken.None));
        await CamaraUsers.Quiet(App);
        Assert.Equal(1, Sink.Count);
    }

    [Theory]
    [InlineData(true, "REGISTRATION_EXPIRED")]
    [InlineData(false, "NETWORK_TERMINATED")]
    public async Task The_end_of_a_registration_is_told(bool byTime, string reason)
    {
        await Subscribe("registration-ends");
        if (byTime)
        {
            App.Clock.Advance(TimeSpan.FromHours(1));
            await App.Sweep();
            await App.DeliverDue();
        }
        else
        {
            await Bob.Delete($"{CamaraClient.Registrations}/{Registration}");
        }

        var told = await Sink.Next();

        Assert.Equal(("registration-ends", reason), (told.Type, told["terminationReason"]));
        Assert.Equal(Registration, told["registrationId"]);
        Assert.Equal($"/webrtc-registration/v0.3/sessions/{Registration}", told.Source);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task With_initialEvent_a_call_that_rings_is_an_invitation_at_once(bool isOver, int invitations)
    {
        var call = await Alice.Call();
        if (isOver)
        {
            await Bob.Set(call, "Busy");
        }

        App.Clock.Advance(TimeSpan.FromSeconds(2));
        await Bob.Subscribe(
            Registration, "session-invitation", Sink.Url, Detail(call), ("initialEvent", true));

        await CamaraUsers.Quiet(App);
        Assert.Equal(invitations, Sink.Count);
        if (!isOver)
        {
            Assert.Equal(("session-invitation", 1), ((await Sink.Next()) is var told ? told.Type : "", told.Sequence));
        }
    }

    [Fact]
    public async Task The_headers_that_a_subscription_asks_for_go_with_its_events()
    {
        var asked = CamaraClient.NewSubscription(Registration, "session-invitation", Sink.Url);
        asked["protocolSettings"] = new JsonObject
        {
            ["headers"] = new JsonObject { ["X-Tenant"] = "blue", ["X-Route"] = "a, b" }, ["method"] = "POST",
        };
        var created = (await Bob.Post(CamaraClient.Subscriptions, asked)).Is(HttpStatusCode.Created);

        await Alice.Call();

        var headers = (await Sink.Next()).Headers;
        Assert.Equal(("blue", "a, b"), (headers["X-Tenant"], headers["X-Route"]));
        Assert.True(JsonNode.DeepEquals(asked["protocolSettings"], created.Body!["protocolSettings"]));
    }

    /// <summary>Machines whose clocks differ by less than a second lose nothing of each other's.</summary>
    [Fact]
    public async Task A_sink_hears_what_came_after_it_subscribed_though_by_a_slower_clock()
    {
        var call = await Alice.Call();
        await Alice.Subscribe(await Alice.Register(CamaraClient.OtherDevice), "session-status", Sink.Url);
        App.Clock.Now -= TimeSpan.FromMilliseconds(900);

        (await Bob.Set(call, "Ringing")).Is(HttpStatusCode.OK);

        Assert.Equal("Ringing", (await Sink.Next()).Status);
    }

    private static string IdOf(string path) => path.Split('/')[^1];

    private (string, JsonNode?) Detail(string call) => ("subscriptionDetail", new JsonObject
    {
        ["registrationId"] = Registration,
        ["sessionId"] = IdOf(call),
    });

    private Task<string> Subscribe(string type) => Bob.Subscribe(Registration, type, Sink.Url);

    // What a process would pass on again that died before it could note that it had.
    private async Task<OutboxEvent> NewsOf(string call)
    {
        await using var quiet = await CamaraUsers.Start(workers: 0);
        var (alice, bob) = (new CamaraClient(quiet, CamaraUsers.Alice), new CamaraClient(quiet, CamaraUsers.Bob));
        await bob.Subscribe(await bob.Register(), "session-invitation", Sink.Url);
        var other = IdOf(await alice.Call());
        var listed = await quiet.Store.List(
            new($"acme:camara-webrtc:call:{other[..32]}", "outbox/event", 10), CancellationToken.None);
        var text = System.Text.Encoding.UTF8.GetString(Assert.Single(listed.Value!).Body.Span);
        var news = JsonSerializer.Deserialize<OutboxEvent>(text, JsonSerializerOptions.Web)!;
        var payload = System.Text.Encoding.UTF8.GetString(news.Payload.Span)
            .Replace(other, IdOf(call), StringComparison.Ordinal);
        return news with
        {
            Id = news.Id.Replace(other, IdOf(call), StringComparison.Ordinal),
            Payload = System.Text.Encoding.UTF8.GetBytes(payload),
        };
    }
}
