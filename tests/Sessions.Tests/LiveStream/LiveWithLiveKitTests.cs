using System.Net;
using System.Text;

namespace Sessions.Tests.LiveStream;

/// <summary>What follows a start, with a LiveKit server: egress, the host's state, health and the end.</summary>
public sealed class LiveWithLiveKitTests : IAsyncLifetime
{
    private const string ListIngress = "Ingress/ListIngress";

    private LiveStreamHouse _house = null!;

    public async Task InitializeAsync() => _house = await LiveStreamHouse.BuildWithLiveKit();

    public async Task DisposeAsync()
    {
        Assert.Empty(_house.LiveKit.Broken);
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task An_end_takes_room_and_ingress_away()
    {
        var path = await _house.Alice.NewLiveSession();

        (await _house.Alice.Post($"{path}/end")).Is(HttpStatusCode.OK);

        Assert.Empty(_house.LiveKit.Ingresses);
        Assert.Empty(_house.LiveKit.Rooms);
        (await _house.Alice.Delete(path)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_end_while_LiveKit_is_down_is_finished_by_the_timer()
    {
        var path = await _house.Alice.NewLiveSession();
        _house.LiveKit.Misbehave(ListIngress, (context, _) => LiveKitStandIn.Fail(context, 503, "unavailable"));

        var ended = (await _house.Alice.Post($"{path}/end")).Is(HttpStatusCode.OK);
        Assert.Equal("ended", (string?)ended.Data["status"]);
        _house.App.Clock.Advance(TimeSpan.FromMinutes(1));
        await _house.App.Sweep();
        Assert.Single(_house.LiveKit.Ingresses);
        _house.LiveKit.Behave();
        _house.App.Clock.Advance(TimeSpan.FromMinutes(1));
        await _house.App.Sweep();

        Assert.Empty(_house.LiveKit.Ingresses);
        Assert.Empty(_house.LiveKit.Rooms);
    }

    [Fact]
    public async Task The_timer_gives_up_on_a_dead_LiveKit_after_a_day()
    {
        var path = await _house.Alice.NewLiveSession();
        _house.LiveKit.Misbehave(ListIngress, (context, _) => LiveKitStandIn.Fail(context, 503, "unavailable"));
        await _house.Alice.Post($"{path}/end");
        var before = _house.LiveKit.Count(ListIngress);

        for (var hour = 0; hour < 30; hour++)
        {
            _house.App.Clock.Advance(TimeSpan.FromHours(1));
            await _house.App.Sweep();
        }

        Assert.InRange(_house.LiveKit.Count(ListIngress) - before, 20, 26);
        (await _house.Alice.Delete(path)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_egress_is_made_once_and_found_again()
    {
        var path = await _house.Alice.NewLiveSession();

        var first = (await _house.Alice.Post($"{path}/ensure_hls_egress")).Is(HttpStatusCode.OK).Data;
        var again = (await _house.Alice.Post($"{path}/start_webcam_hls")).Is(HttpStatusCode.OK).Data;

        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        var output = _house.LiveKit.Deeds.Last().Body["segmentOutputs"]![0]!;
        Assert.Equal("HLS_PROTOCOL", (string?)output["protocol"]);
        Assert.Matches($"^{path[10..]}/[0-9a-f-]{{36}}/index.m3u8$", (string?)output["playlistName"]);
        Assert.Single(_house.LiveKit.Egresses);
    }

    [Fact]
    public async Task An_egress_that_LiveKit_already_has_is_adopted()
    {
        var path = await _house.Alice.NewLiveSession();
        _house.LiveKit.Misbehave("Egress/StartRoomCompositeEgress", async (context, deed) =>
        {
            var body = context.Response.Body;
            context.Response.Body = Stream.Null;
            await deed();
            context.Response.Body = body;
            context.Abort();
        });
        (await _house.Alice.Post($"{path}/ensure_hls_egress"))
            .IsError(HttpStatusCode.ServiceUnavailable, "livekit_unavailable");
        _house.LiveKit.Behave();

        var found = (await _house.Alice.Post($"{path}/ensure_hls_egress")).Is(HttpStatusCode.OK).Data;

        Assert.Equal(_house.LiveKit.Egresses.Single().Key, (string?)found["egress_id"]);
    }

    [Fact]
    public async Task An_egress_that_failed_can_be_asked_for_again_and_rtmp_is_no_webcam()
    {
        var path = await _house.Alice.NewLiveSession(more: ", \"mode\": \"rtmp\"");
        _house.LiveKit.Misbehave("Egress/ListEgress", (context, _) => LiveKitStandIn.Fail(context, 503, "unavailable"));
        (await _house.Alice.Post($"{path}/ensure_hls_egress"))
            .IsError(HttpStatusCode.ServiceUnavailable, "livekit_unavailable");
        _house.LiveKit.Behave();

        (await _house.Alice.Post($"{path}/ensure_hls_egress")).Is(HttpStatusCode.OK);
        (await _house.Alice.Post($"{path}/start_webcam_hls")).IsError(HttpStatusCode.Conflict, "webcam_only");
    }

    [Fact]
    public async Task The_hosts_state_goes_to_everyone_in_the_room()
    {
        var path = await _house.Alice.NewLiveSession();

        (await _house.Alice.Post($"{path}/host_audio_state", """{"enabled": true}""")).Is(HttpStatusCode.OK);

        var sent = _house.LiveKit.Deeds.Last();
        Assert.Equal("host_audio_state", (string?)sent.Body["topic"]);
        Assert.Equal(
            """{"type":"host_audio_state","enabled":true}""",
            Encoding.UTF8.GetString(Convert.FromBase64String((string)sent.Body["data"]!)));
    }
}
