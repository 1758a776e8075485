using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>When a subscription ends, and that its sink hears of it. Nothing is sent but when a test says so.</summary>
public sealed class SubscriptionEndTests : IAsyncLifetime
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
    public async Task After_its_last_event_a_subscription_ends_and_says_so()
    {
        var path = await _bob.Subscribe(
            _registration, "session-status", _sink.Url, ("subscriptionMaxEvents", 2));
        var call = await _alice.Call();
        foreach (var status in (string[])["Ringing", "Waiting", "Busy"])
        {
            await _bob.Set(call, status);
        }

        var told = await _sink.Next(3);

        Assert.Equal(["session-status", "session-status", "subscription-ended"], told.Select(one => one.Type));
        Assert.Equal("MAX_EVENTS_REACHED", told[2]["terminationReason"]);
        Assert.Equal(path.Split('/')[^1], told[2]["subscriptionId"]);
        Assert.Equal("EXPIRED", (await _bob.Get(path))["status"]);
        await CamaraUsers.Quiet(_app);
        Assert.Equal(3, _sink.Count);
    }

    [Theory]
    [InlineData("2026-03-14T10:00:00Z", null, "2026-03-14T10:00:00Z", "SUBSCRIPTION_EXPIRED")]
    [InlineData("2026-03-14T10:00:00Z", "2026-03-14T11:00:00Z", "2026-03-14T10:00:00Z", "SUBSCRIPTION_EXPIRED")]
    [InlineData(null, "2026-03-14T11:00:00Z", "2026-03-14T10:58:00Z", "ACCESS_TOKEN_EXPIRED")]
    [InlineData("2026-03-14T12:00:00Z", "2026-03-14T11:00:00Z", "2026-03-14T10:58:00Z", "ACCESS_TOKEN_EXPIRED")]
    public async Task A_subscription_whose_time_runs_out_says_so_while_its_sinks_token_is_good(
        string? expireTime, string? tokenEnd, string end, string reason)
    {
        var asked = CamaraClient.NewSubscription(_registration, "session-status", _sink.Url);
        asked["config"]!["subscriptionExpireTime"] = expireTime;
        asked["sinkCredential"] = tokenEnd is null ? null : new JsonObject
        {
            ["credentialType"] = "ACCESSTOKEN",
            ["accessToken"] = "t",
            ["accessTokenType"] = "bearer",
            ["accessTokenExpiresUtc"] = tokenEnd,
        };
        var created = (await _bob.Post(CamaraClient.Subscriptions, asked)).Is(HttpStatusCode.Created);
        Assert.StartsWith(end[..^1], created["expiresAt"], StringComparison.Ordinal);
        _app.Clock.Now = DateTimeOffset.Parse(end, null);

        await _app.Sweep();
        await _app.DeliverDue();

        var told = await _sink.Next();
        Assert.Equal(("subscription-ended", reason), (told.Type, told["terminationReason"]));
        Assert.Equal($"/webrtc-events/v0.2/subscriptions/{created["id"]}", told.Source);
    }

    [Fact]
    public async Task A_deleted_subscription_says_so_and_hears_no_more()
    {
        var path = await Subscribe("session-status");
        await _bob.Delete(path);
        var call = await _alice.Call();
        await _bob.Set(call, "Busy");

        var told = await _sink.Next();

        Assert.Equal(("subscription-ended", "SUBSCRIPTION_DELETED"), (told.Type, told["terminationReason"]));
        await CamaraUsers.Quiet(_app);
        Assert.Equal(1, _sink.Count);
    }

    [Fact]
    public async Task A_sink_that_is_gone_ends_its_subscription_and_is_not_asked_again()
    {
        _sink.Server.Answer = _ => Task.FromResult(410);
        var path = await Subscribe("session-invitation");
        await _alice.Call();
        await _sink.Next();
        await CamaraUsers.Quiet(_app);

        Assert.Equal("EXPIRED", (await _bob.Get(path)).Is(HttpStatusCode.OK)["status"]);
        Assert.Empty((await _bob.Get(CamaraClient.Subscriptions)).Body!.AsArray());
        _sink.Server.Answer = _ => Task.FromResult(204);
        await _alice.Call();
        await CamaraUsers.Quiet(_app);
        Assert.Equal(1, _sink.Count);
    }

    private Task<string> Subscribe(string type) => _bob.Subscribe(_registration, type, _sink.Url);
}
