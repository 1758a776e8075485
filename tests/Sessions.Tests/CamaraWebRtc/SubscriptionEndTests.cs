using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>When a subscription ends, and that its sink hears of it.</summary>
public sealed class SubscriptionEndTests : SinkTest
{
    [Fact]
    public async Task After_its_last_event_a_subscription_ends_and_says_so()
    {
        var path = await Bob.Subscribe(
            Registration, "session-status", Sink.Url, ("subscriptionMaxEvents", 2));
        var call = await Alice.Call();
        foreach (var status in (string[])["Ringing", "Waiting", "Busy"])
        {
            await Bob.Set(call, status);
        }

        var told = await Sink.Next(3);

        Assert.Equal(["session-status", "session-status", "subscription-ended"], told.Select(one => one.Type));
        Assert.Equal("MAX_EVENTS_REACHED", told[2]["terminationReason"]);
        Assert.Equal(path.Split('/')[^1], told[2]["subscriptionId"]);
        Assert.Equal("EXPIRED", (await Bob.Get(path))["status"]);
        await CamaraUsers.Quiet(App);
        Assert.Equal(3, Sink.Count);
    }

    [Theory]
    [InlineData("2026-03-14T10:00:00Z", null, "2026-03-14T10:00:00Z", "SUBSCRIPTION_EXPIRED")]
    [InlineData("2026-03-14T10:00:00Z", "2026-03-14T11:00:00Z", "2026-03-14T10:00:00Z", "SUBSCRIPTION_EXPIRED")]
    [InlineData(null, "2026-03-14T11:00:00Z", "2026-03-14T10:58:00Z", "ACCESS_TOKEN_EXPIRED")]
    [InlineData("2026-03-14T12:00:00Z", "2026-03-14T11:00:00Z", "2026-03-14T10:58:00Z", "ACCESS_TOKEN_EXPIRED")]
    public async Task A_subscription_whose_time_runs_out_says_so_while_its_sinks_token_is_good(
        string? expireTime, string? tokenEnd, string end, string reason)
    {
        var asked = CamaraClient.NewSubscription(Registration, "session-status", Sink.Url);
        asked["config"]!["subscriptionExpireTime"] = expireTime;
        asked["sinkCredential"] = tokenEnd is null ? null : new JsonObject
        {
            ["credentialType"] = "ACCESSTOKEN",
            ["accessToken"] = "t",
            ["accessTokenType"] = "bearer",
            ["accessTokenExpiresUtc"] = tokenEnd,
        };
        var created = (await Bob.Post(CamaraClient.Subscriptions, asked)).Is(HttpStatusCode.Created);
        Assert.StartsWith(end[..^1], created["expiresAt"], StringComparison.Ordinal);
        App.Clock.Now = DateTimeOffset.Parse(end, null);

        await App.Sweep();
        await App.DeliverDue();

        var told = await Sink.Next();
        Assert.Equal(("subscription-ended", reason), (told.Type, told["terminationReason"]));
        Assert.Equal($"/webrtc-events/v0.2/subscriptions/{created["id"]}", told.Source);
    }

    [Fact]
    public async Task A_deleted_subscription_says_so_and_hears_no_more()
    {
        var path = await Subscribe("session-status");
        await Bob.Delete(path);
        var call = await Alice.Call();
        await Bob.Set(call, "Busy");

        var told = await Sink.Next();

        Assert.Equal(("subscription-ended", "SUBSCRIPTION_DELETED"), (told.Type, told["terminationReason"]));
        await CamaraUsers.Quiet(App);
        Assert.Equal(1, Sink.Count);
    }

    [Fact]
    public async Task A_sink_that_is_gone_ends_its_subscription_and_is_not_asked_again()
    {
        Sink.Server.Answer = _ => Task.FromResult(410);
        var path = await Subscribe("session-invitation");
        await Alice.Call();
        await Sink.Next();
        await CamaraUsers.Quiet(App);

        Assert.Equal("EXPIRED", (await Bob.Get(path)).Is(HttpStatusCode.OK)["status"]);
        Assert.Empty((await Bob.Get(CamaraClient.Subscriptions)).Body!.AsArray());
        Sink.Server.Answer = _ => Task.FromResult(204);
        await Alice.Call();
        await CamaraUsers.Quiet(App);
        Assert.Equal(1, Sink.Count);
    }

    private Task<string> Subscribe(string type) => Bob.Subscribe(Registration, type, Sink.Url);
}
