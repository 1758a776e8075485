using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

/// <summary>A LiveKit that hangs costs a caller three seconds, and nothing half-made stays behind.</summary>
public sealed class IllLiveKitTests : LiveTest
{
    [Theory]
    [InlineData("start")]
    [InlineData("ensure_hls_egress")]
    [InlineData("host_video_state")]
    public async Task Who_needs_it_is_told_to_come_again(string verb)
    {
        var path = verb == "start" ? await House.Alice.NewSession() : await House.Alice.NewLiveSession();
        LiveKit.Hangs = true;

        var reply = await AfterThreeSeconds(() => House.Alice.Post($"{path}/{verb}"));

        reply.IsError(HttpStatusCode.ServiceUnavailable, "livekit_unavailable");
        Assert.Equal("5", reply.Headers["Retry-After"]);
        LiveKit.Hangs = false;
        await Minute();
        (await House.Alice.Post($"{path}/{verb}")).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("end")]
    [InlineData("start")]
    public async Task Who_can_do_without_it_is_answered(string verb)
    {
        var path = await House.Alice.NewLiveSession();
        LiveKit.Hangs = true;

        (await AfterThreeSeconds(() => House.Alice.Post($"{path}/{verb}"))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Settings_are_kept_and_told_later()
    {
        var path = await House.Alice.NewLiveSession();
        var viewer = await Enter(House.Viewer(1), path);
        LiveKit.Hangs = true;
        (await AfterThreeSeconds(() => House.Alice.Patch($"{path}/settings", """{"chat_enabled": false}""")))
            .Is(HttpStatusCode.OK);
        Assert.True((bool)viewer.Permission["can_publish_data"]!);
        LiveKit.Hangs = false;

        await Minute();

        Assert.False((bool)viewer.Permission["can_publish_data"]!);
    }

    [Fact]
    public async Task A_create_of_mode_rtmp_comes_without_its_ingress()
    {
        var room = await House.Alice.NewRoom();
        var preset = await House.Alice.NewPreset();
        LiveKit.Hangs = true;

        var created = await AfterThreeSeconds(() => House.Alice.Post(
            $"{room}/sessions", $$"""{"title": "Show", "preset_id": "{{preset}}", "mode": "rtmp"}"""));

        Assert.Null(created.Is(HttpStatusCode.Created).Data["rtmp_url"]);
    }

    [Fact]
    public async Task Who_is_turned_away_from_a_full_room_is_so_after_three_seconds()
    {
        var path = await House.Alice.NewLiveSession(presetMore: ", \"max_join_limit\": 1");
        await TokenOf(House.Viewer(1), path);
        LiveKit.Hangs = true;

        (await AfterThreeSeconds(() => House.Viewer(2).Post($"{path}/join")))
            .IsError(HttpStatusCode.Conflict, "join_limit_reached");
    }

    [Fact]
    public async Task The_health_of_a_stream_is_what_we_know_and_how_old_that_is()
    {
        var path = await House.Alice.NewLiveSession();
        World.Publish(LiveKit.Ingresses.Keys.Single());
        await House.Told();
        var well = (await House.Alice.Get($"{path}/stream_health")).Is(HttpStatusCode.OK).Data;
        Assert.Equal(
            ("ENDPOINT_PUBLISHING", null, null),
            ((string?)well["ingress_status"], well["ingress_status_age"], well["livekit_error"]));
        House.App.Clock.Advance(TimeSpan.FromSeconds(39));
        LiveKit.Hangs = true;

        var ill = (await AfterThreeSeconds(() => House.Alice.Get($"{path}/stream_health"))).Is(HttpStatusCode.OK).Data;

        Assert.Equal(
            ("ENDPOINT_PUBLISHING", 39, "timeout"),
            ((string?)ill["ingress_status"], (int)ill["ingress_status_age"]!, (string?)ill["livekit_error"]));
    }

    [Fact]
    public async Task A_refusal_shows_in_the_health_of_a_stream_too()
    {
        var path = await House.Alice.NewLiveSession();
        LiveKit.Misbehave("Ingress/ListIngress", (context, _) => LiveKitStandIn.Fail(context, 401, "unauthenticated"));

        var health = (await House.Alice.Get($"{path}/stream_health")).Is(HttpStatusCode.OK).Data;

        Assert.Equal("unauthenticated", (string?)health["livekit_error"]);
    }

    private async Task<ApiReply> AfterThreeSeconds(Func<Task<ApiReply>> call)
    {
        var before = LiveKit.Hung;
        var reply = call();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (LiveKit.Hung == before)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        House.App.Clock.Advance(TimeSpan.FromSeconds(3));
        return await reply.WaitAsync(TimeSpan.FromSeconds(20));
    }
}
