using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>A subscription's events as a stream, beside its sink or in the place of one.</summary>
public sealed class SubscriptionStreamTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private CamaraClient _alice = null!;
    private CamaraClient _bob = null!;
    private string _registration = "";

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start();
        _alice = new(_app, CamaraUsers.Alice);
        _bob = new(_app, CamaraUsers.Bob);
        _registration = await _bob.Register();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_subscription_without_a_sink_is_read_from_its_first_event_on()
    {
        var subscription = await SubscribeToRead("session-status");
        using var stream = await StreamReading.Open(_app, CamaraUsers.Bob, subscription);
        var call = await _alice.Call();
        await _bob.Set(call, "Ringing");
        await _bob.Set(call, "Connected", answer: true);
        await _alice.Delete(call);

        Assert.Equal("Ringing", Status(await stream.Next()));
        Assert.Equal("Connected", Status(await stream.Next()));
        var last = (await stream.Next())!;

        Assert.Equal("Terminated", Status(last));
        Assert.Equal("3", stream.LastId);
        Assert.Equal("org.camaraproject.webrtc-events.v0.session-status", $"{last["type"]}");
        Assert.Equal("1.0", $"{last["specversion"]}");
        Assert.Equal(subscription.Split('/')[^1], $"{last["data"]!["subscriptionId"]}");
    }

    [Fact]
    public async Task A_reader_goes_on_behind_the_last_event_that_it_has()
    {
        var subscription = await SubscribeToRead("session-invitation");
        string first;
        using (var stream = await StreamReading.Open(_app, CamaraUsers.Bob, subscription))
        {
            await _alice.Call();
            await stream.Next();
            first = stream.LastId;
        }

        // The events of one call come in order, those of two calls as they come.
        await _alice.Call(("receiverName", "Bob at two"));
        await _app.EventsLeft(0);
        await _alice.Call(("receiverName", "Bob at three"));
        using var again = await StreamReading.Open(_app, CamaraUsers.Bob, subscription, first);

        Assert.Equal("Bob at two", $"{(await again.Next())!["data"]!["receiverName"]}");
        Assert.Equal("Bob at three", $"{(await again.Next())!["data"]!["receiverName"]}");
    }

    [Fact]
    public async Task What_nobody_read_within_ten_minutes_is_left_out()
    {
        var subscription = await SubscribeToRead("session-invitation");
        await _alice.Call(("receiverName", "early"));
        await _app.EventsLeft(0);
        _app.Clock.Advance(TimeSpan.FromMinutes(11));
        await _alice.Call(("receiverName", "late"));

        using var stream = await StreamReading.Open(_app, CamaraUsers.Bob, subscription);

        Assert.Equal("late", $"{(await stream.Next())!["data"]!["receiverName"]}");
        Assert.Equal("2", stream.LastId);
    }

    [Fact]
    public async Task What_goes_to_a_sink_can_be_read_beside_it_from_the_first_reading_on()
    {
        await using var sink = await Sink.Start();
        var subscription = await _bob.Subscribe(_registration, "session-invitation", sink.Url);
        await _alice.Call(("receiverName", "before"));
        Assert.Equal("before", (await sink.Next())["receiverName"]);
        using var stream = await StreamReading.Open(_app, CamaraUsers.Bob, subscription);
        await stream.Quiet();

        await _alice.Call(("receiverName", "since"));

        var sent = await sink.Next();
        var read = (await stream.Next())!;
        Assert.Equal("since", sent["receiverName"]);
        Assert.Equal(sent.Id, $"{read["id"]}");
        Assert.True(JsonNode.DeepEquals(sent.Data, read["data"]), read.ToJsonString());
    }

    [Fact]
    public async Task A_sink_that_is_gone_ends_the_stream_beside_it_too()
    {
        await using var sink = await Sink.Start();
        sink.Server.Answer = _ => Task.FromResult(410);
        var subscription = await _bob.Subscribe(_registration, "session-invitation", sink.Url);
        using var stream = await StreamReading.Open(_app, CamaraUsers.Bob, subscription);
        await stream.Quiet();

        await _alice.Call();

        Assert.Equal("Initial", Status(await stream.Next()));
        var last = (await stream.Next())!;
        Assert.Equal("org.camaraproject.webrtc-events.v0.subscription-ended", $"{last["type"]}");
        Assert.Equal("NETWORK_TERMINATED", $"{last["data"]!["terminationReason"]}");
    }

    [Fact]
    public async Task The_end_of_a_subscription_is_the_end_of_its_stream()
    {
        var subscription = await SubscribeToRead("session-invitation");
        using var stream = await StreamReading.Open(_app, CamaraUsers.Bob, subscription);
        await stream.Quiet();

        (await _bob.Delete(subscription)).Is(HttpStatusCode.NoContent);

        Assert.Equal("SUBSCRIPTION_DELETED", Reason(await stream.Next()));
        Assert.Null(await stream.Next());
    }

    [Fact]
    public async Task Nobody_waits_for_the_timer_to_read_that_time_has_ended_a_subscription()
    {
        var end = _app.Clock.Now.AddSeconds(30);
        var subscription = await SubscribeToRead("session-invitation", ("subscriptionExpireTime", $"{end:O}"));
        using var stream = await StreamReading.Open(_app, CamaraUsers.Bob, subscription);
        await stream.Quiet();

        Assert.Equal("SUBSCRIPTION_EXPIRED", Reason(await stream.Next()));
        Assert.Null(await stream.Next());

        // An EventSource that is told so does not come again.
        using var again = await StreamReading.Ask(_app, CamaraUsers.Bob, subscription, stream.LastId);
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
    }

    [Fact]
    public async Task The_last_event_that_was_asked_for_and_the_end_behind_it_are_read()
    {
        var subscription = await SubscribeToRead("session-invitation", ("subscriptionMaxEvents", 1));
        using var stream = await StreamReading.Open(_app, CamaraUsers.Bob, subscription);
        await _alice.Call();

        Assert.Equal("Initial", Status(await stream.Next()));
        Assert.Equal("MAX_EVENTS_REACHED", Reason(await stream.Next()));
        Assert.Null(await stream.Next());
    }

    [Fact]
    public async Task Nobody_reads_another_ones_events()
    {
        var subscription = await SubscribeToRead("session-invitation");

        foreach (var other in new[] { CamaraUsers.Alice, CamaraUsers.BobElsewhere })
        {
            using var refused = await StreamReading.Ask(_app, other, subscription);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("one")]
    [InlineData("99999999999")]
    public async Task What_is_no_id_of_an_event_is_refused(string lastId)
    {
        var subscription = await SubscribeToRead("session-invitation");

        (await _bob.Get($"{subscription}/events", ("Last-Event-ID", lastId))).IsInvalid();
    }

    [Fact]
    public async Task Who_is_refused_the_stream_leaves_the_subscription_as_it_was()
    {
        var asked = CamaraClient.NewSubscription(_registration, "session-invitation", "https://sink.example/one");
        var made = (await _bob.Post(CamaraClient.Subscriptions, asked)).Is(HttpStatusCode.Created);
        await _app.EventsLeft(0);
        var commits = _app.Store.Commits;

        (await _bob.Get($"{CamaraClient.Subscriptions}/{made["id"]}/events", ("Last-Event-ID", "one"))).IsInvalid();

        Assert.Equal(commits, _app.Store.Commits);
    }

    [Fact]
    public async Task What_opens_a_sink_is_refused_without_one()
    {
        var asked = CamaraClient.NewSubscription(_registration, "session-invitation", "");
        asked.Remove("sink");
        asked["sinkCredential"] = new JsonObject { ["credentialType"] = "ACCESSTOKEN" };

        (await _bob.Post(CamaraClient.Subscriptions, asked)).IsInvalid();
    }

    private static string Status(JsonNode? told) => $"{told!["data"]!["status"]}";

    private static string Reason(JsonNode? told) => $"{told!["data"]!["terminationReason"]}";

    private async Task<string> SubscribeToRead(string type, params (string Name, JsonNode? Value)[] config)
    {
        var asked = CamaraClient.NewSubscription(_registration, type, "", config);
        asked.Remove("sink");
        var created = (await _bob.Post(CamaraClient.Subscriptions, asked)).Is(HttpStatusCode.Created);
        Assert.Null(created["sink"]);
        return $"{CamaraClient.Subscriptions}/{created["id"]}";
    }
}
