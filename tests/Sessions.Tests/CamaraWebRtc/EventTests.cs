using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Outbox;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>Which events are sent, to whom and when. Nothing is sent but when a test says so.</summary>
public sealed class EventTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private CamaraClient _alice = null!;
    private CamaraClient _bob = null!;
    private Sink _sink = null!;
    private string _registration = "";

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start();
        _alice = new(_app, CamaraUsers.Alice);
        _bob = new(_app, CamaraUsers.Bob);
        _sink = await Sink.Start();
        _registration = await _bob.Register();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task An_invitation_tells_the_receiver_all_that_is_needed_to_answer()
    {
        var subscription = await Subscribe("session-invitation");
        var call = await _alice.Call(("originatorName", "Alice"), ("receiverName", "Bob"));

        var told = await _sink.Next();

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
        await _bob.Delete($"{CamaraClient.Registrations}/{_registration}");
        await _alice.Call();
        await CamaraUsers.Quiet(_app);
        Assert.Equal(0, _sink.Count);

        await _bob.Register();
        var second = await _alice.Call();

        Assert.Equal(IdOf(second), (await _sink.Next())["mediaSessionId"]);
        Assert.Equal(1, _sink.Count);
    }

    [Fact]
    public async Task A_refused_change_is_told_to_nobody()
    {
        var call = await _alice.Call();
        await Subscribe("session-status");

        (await _alice.Put($"{call}/status", CamaraClient.Status("Hold")))
            .IsError(HttpStatusCode.Conflict, "INCOMPATIBLE_STATE");
        (await _bob.Put($"{call}/status", CamaraClient.Status("Connected"))).IsInvalid();
        await _bob.Set(call, "Initial");
        await _bob.Set(call, "Ringing");

        var told = await _sink.Next();
        Assert.Equal(("Ringing", 2), (told.Status, told.Sequence));
        await CamaraUsers.Quiet(_app);
        Assert.Equal(1, _sink.Count);
    }

    [Fact]
    public async Task A_subscription_to_one_call_hears_of_no_other_and_with_initialEvent_hears_at_once()
    {
        var one = await _alice.Call();
        var other = await _alice.Call();
        await _bob.Set(one, "Ringing");
        _app.Clock.Advance(TimeSpan.FromSeconds(1));
        await _bob.Subscribe(_registration, "session-status", _sink.Url, Detail(one), ("initialEvent", true));

        var first = await _sink.Next();
        await _bob.Set(other, "Busy");
        await _bob.Set(one, "Busy");

        var second = await _sink.Next();
        Assert.Equal(("Ringing", 2), (first.Status, first.Sequence));
        Assert.Equal(("Busy", 3, IdOf(one)), (second.Status, second.Sequence, second["mediaSessionId"]));
        await CamaraUsers.Quiet(_app);
        Assert.Equal(2, _sink.Count);
    }

    [Fact]
    public async Task Both_parties_are_told_that_nobody_answered()
    {
        var alices = await _alice.Register(CamaraClient.OtherDevice);
        await Subscribe("session-status");
        await _alice.Subscribe(alices, "session-status", _sink.Url);
        await _alice.Call();
        _app.Clock.Advance(TimeSpan.FromMinutes(4));

        await _app.Sweep();
        await _app.DeliverDue();

        var told = await _sink.Next(2);
        Assert.All(told, one => Assert.Equal("NoAnswer", one.Status));
        Assert.Equal([1, 2], told.Select(one => one.Sequence!.Value).Order());
        Assert.Equal(2, told.Select(one => one["subscriptionId"]).Distinct().Count());
        await _app.Sweep();
        await CamaraUsers.Quiet(_app);
        Assert.Equal(2, _sink.Count);
    }

    [Fact]
    public async Task News_that_are_passed_on_twice_are_counted_and_told_once()
    {
        var path = await _bob.Subscribe(
            _registration, "session-invitation", _sink.Url, ("subscriptionMaxEvents", 2));
        var call = await _alice.Call();
        var first = await _sink.Next();
        await CamaraUsers.Quiet(_app);
        var relay = _app.Services.GetRequiredService<IOutboxRelay>();

        var again = await NewsOf(call);
        await relay.Pass(again, _app.Clock.Now, CancellationToken.None);
        await relay.Pass(again, _app.Clock.Now, CancellationToken.None);

        await CamaraUsers.Quiet(_app);
        Assert.Equal(1, _sink.Count);
        Assert.Equal("ACTIVE", (await _bob.Get(path))["status"]);
        Assert.Equal(IdOf(call), first["mediaSessionId"]);
    }

    [Fact]
    public async Task News_of_an_invitation_that_are_passed_on_after_the_call_are_dropped()
    {
        await Subscribe("session-invitation");
        var call = await _alice.Call();
        await _sink.Next();
        await _bob.Set(call, "Busy");
        await CamaraUsers.Quiet(_app);
        var relay = _app.Services.GetRequiredService<IOutboxRelay>();

        var late = (await NewsOf(call)) with { Id = "late" };

        Assert.Equal(Verdict.Dropped, await relay.Pass(late, _app.Clock.Now, CancellationToken.None));
        await CamaraUsers.Quiet(_app);
        Assert.Equal(1, _sink.Count);
    }

    [Theory]
    [InlineData(true, "REGISTRATION_EXPIRED")]
    [InlineData(false, "NETWORK_TERMINATED")]
    public async Task The_end_of_a_registration_is_told(bool byTime, string reason)
    {
        await Subscribe("registration-ends");
        if (byTime)
        {
            _app.Clock.Advance(TimeSpan.FromHours(1));
            await _app.Sweep();
            await _app.DeliverDue();
        }
        else
        {
            await _bob.Delete($"{CamaraClient.Registrations}/{_registration}");
        }

        var told = await _sink.Next();

        Assert.Equal(("registration-ends", reason), (told.Type, told["terminationReason"]));
        Assert.Equal(_registration, told["registrationId"]);
        Assert.Equal($"/webrtc-registration/v0.3/sessions/{_registration}", told.Source);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task With_initialEvent_a_call_that_rings_is_an_invitation_at_once(bool isOver, int invitations)
    {
        var call = await _alice.Call();
        if (isOver)
        {
            await _bob.Set(call, "Busy");
        }

        _app.Clock.Advance(TimeSpan.FromSeconds(1));
        await _bob.Subscribe(
            _registration, "session-invitation", _sink.Url, Detail(call), ("initialEvent", true));

        await CamaraUsers.Quiet(_app);
        Assert.Equal(invitations, _sink.Count);
        if (!isOver)
        {
            Assert.Equal(("session-invitation", 1), ((await _sink.Next()) is var told ? told.Type : "", told.Sequence));
        }
    }

    [Fact]
    public async Task The_headers_that_a_subscription_asks_for_go_with_its_events()
    {
        var asked = CamaraClient.NewSubscription(_registration, "session-invitation", _sink.Url);
        asked["protocolSettings"] = new JsonObject
        {
            ["headers"] = new JsonObject { ["X-Tenant"] = "blue", ["X-Route"] = "a, b" }, ["method"] = "POST",
        };
        var created = (await _bob.Post(CamaraClient.Subscriptions, asked)).Is(HttpStatusCode.Created);

        await _alice.Call();

        var headers = (await _sink.Next()).Headers;
        Assert.Equal(("blue", "a, b"), (headers["X-Tenant"], headers["X-Route"]));
        Assert.True(JsonNode.DeepEquals(asked["protocolSettings"], created.Body!["protocolSettings"]));
    }

    private static string IdOf(string path) => path.Split('/')[^1];

    private (string, JsonNode?) Detail(string call) => ("subscriptionDetail", new JsonObject
    {
        ["registrationId"] = _registration,
        ["sessionId"] = IdOf(call),
    });

    private Task<string> Subscribe(string type) => _bob.Subscribe(_registration, type, _sink.Url);

    // What a process would pass on again that died before it could note that it had.
    private async Task<OutboxEvent> NewsOf(string call)
    {
        await using var quiet = await CamaraUsers.Start(workers: 0);
        var alice = new CamaraClient(quiet, CamaraUsers.Alice);
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
