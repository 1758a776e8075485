using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>A whole call between two users, as their two sinks hear it.</summary>
public sealed class CallStoryTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private Sink _alicesSink = null!;
    private Sink _bobsSink = null!;

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start();
        _alicesSink = await Sink.Start();
        _bobsSink = await Sink.Start();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _alicesSink.DisposeAsync();
        await _bobsSink.DisposeAsync();
    }

    [Fact]
    public async Task Alice_calls_Bob_and_both_hear_everything_in_order_though_Bobs_sink_is_slow_and_fails_twice()
    {
        // Both register their devices and subscribe their sinks.
        var (alice, bob) = (new CamaraClient(_app, CamaraUsers.Alice), new CamaraClient(_app, CamaraUsers.Bob));
        var alicesDevice = await alice.Register();
        var bobsDevice = await bob.Register(CamaraClient.OtherDevice);
        await Subscribe(alice, alicesDevice, "session-status", _alicesSink.Url, "alices-sink-token");
        await bob.Subscribe(bobsDevice, "session-invitation", _bobsSink.Url);
        await bob.Subscribe(bobsDevice, "session-status", _bobsSink.Url);

        // Bob's sink takes its time with the first event, then fails, and fails once more.
        var slow = new TaskCompletionSource();
        var attempts = 0;
        _bobsSink.Server.Answer = async _ =>
        {
            await slow.Task;
            return Interlocked.Increment(ref attempts) <= 2 ? 503 : 204;
        };

        // Alice invites Bob.
        var created = await alice.Post(
            CamaraClient.StandardCalls, CamaraClient.NewCall(), ("registrationId", alicesDevice));
        var id = created.Is(HttpStatusCode.Created)["mediaSessionId"]!;
        var call = $"{CamaraClient.StandardCalls}/{id}";
        var invited = await _bobsSink.Next();
        Assert.Equal(("session-invitation", id), (invited.Type, invited["mediaSessionId"]));

        // Bob looks at the call, lets it ring, answers; Alice holds; Bob resumes; Alice hangs up.
        Assert.Equal("Initial", await bob.StatusOf(call));
        await bob.Set(call, "Ringing");
        await bob.Set(call, "Connected", answer: true);
        await alice.Set(call, "Hold");
        await bob.Set(call, "Resume");
        (await alice.Delete(call)).Is(HttpStatusCode.NoContent);

        // Alice has heard all of it while Bob's sink has not yet answered once.
        string[] changes = ["Ringing", "Connected", "Hold", "Resume", "Terminated"];
        var heardByAlice = await _alicesSink.Next(changes.Length);
        Assert.Equal(changes, heardByAlice.Select(told => told.Status));
        Assert.Equal(Enumerable.Range(1, changes.Length), heardByAlice.Select(told => told.Sequence!.Value));
        Assert.All(heardByAlice, told => Assert.Equal("Bearer alices-sink-token", told.Headers["Authorization"]));
        Assert.All(heardByAlice, told => Assert.Equal($"/webrtc-call-handling/v0.3/sessions/{id}", told.Source));
        Assert.Equal("v=0 answer", $"{heardByAlice[1].Data["answer"]!["sdp"]}");
        Assert.Equal(1, _bobsSink.Count);

        // Bob's sink wakes up, refuses twice, and then hears what came of the call: in order, and without the
        // invitation to a call that is over.
        await _app.EventsLeft(1 + changes.Length);
        slow.SetResult();
        await DeliverUntil(() => _bobsSink.Count == 2 + changes.Length);
        Told[] heardByBob = [invited, .. await _bobsSink.Next(1 + changes.Length)];
        Assert.Equal(["Initial", "Ringing", .. changes], heardByBob.Select(told => told.Status));
        Assert.Equal([1, 2, 2, 3, 4, 5, 6], heardByBob.Select(told => told.Sequence));
        Assert.Equal(1 + changes.Length, heardByBob.Select(told => told.Id).Distinct().Count());
        Assert.All(heardByBob, told => Assert.False(told.Headers.ContainsKey("Authorization")));

        // And then there is silence.
        await _app.EventsLeft(0);
        Assert.Equal((changes.Length, 2 + changes.Length), (_alicesSink.Count, _bobsSink.Count));
        Assert.Equal("Terminated", await bob.StatusOf(call));
    }

    private static async Task Subscribe(
        CamaraClient client, string registration, string type, string sink, string accessToken)
    {
        var subscription = CamaraClient.NewSubscription(registration, type, sink);
        subscription["sinkCredential"] = new JsonObject
        {
            ["credentialType"] = "ACCESSTOKEN",
            ["accessToken"] = accessToken,
            ["accessTokenType"] = "bearer",
            ["accessTokenExpiresUtc"] = "2027-01-01T00:00:00Z",
        };
        (await client.Post(CamaraClient.Subscriptions, subscription)).Is(HttpStatusCode.Created);
    }

    private async Task DeliverUntil(Func<bool> done)
    {
        for (var i = 0; i < 100 && !done(); i++)
        {
            await _app.NothingOnItsWay();
            _app.Clock.Advance(TimeSpan.FromSeconds(10));
            await _app.DeliverDue();
        }

        await _app.NothingOnItsWay();
        Assert.True(done());
    }
}
