using System.Net;

namespace Sessions.Tests.LiveStream;

/// <summary>rtmp_url and stream_key at create: the host sets up the encoder before the show.</summary>
public sealed class EarlyIngressTests : LiveTest
{
    private const string Rtmp = ", \"mode\": \"rtmp\"";

    [Fact]
    public async Task A_create_answers_where_the_encoder_sends_to_and_the_start_says_the_same()
    {
        var created = await Create();
        var ingress = LiveKit.Ingresses.Values.Single();
        Assert.Equal(
            ("rtmp://lk.test/x", ingress.StreamKey), ((string?)created["rtmp_url"], (string?)created["stream_key"]));
        Assert.False(World.Publish(ingress.Id));

        var started = (await House.Alice.Post($"/sessions/{created["session"]!["id"]}/start")).Data;

        Assert.Equal(ingress.StreamKey, (string?)started["rtmp"]!["stream_key"]);
        Assert.True(World.Publish(ingress.Id));
    }

    [Fact]
    public async Task A_webcam_session_has_none_before_its_start()
    {
        var room = await House.Alice.NewRoom();
        var preset = await House.Alice.NewPreset();

        var created = (await House.Alice.Post(
            $"{room}/sessions", $$"""{"title": "Show", "preset_id": "{{preset}}"}""")).Data;

        Assert.Equal(["session"], created.AsObject().Select(field => field.Key));
        Assert.Empty(LiveKit.Ingresses);
    }

    [Fact]
    public async Task Without_LiveKit_the_session_is_made_all_the_same_and_its_ingress_by_the_start()
    {
        LiveKit.BeDown();
        var created = await Create();
        LiveKit.Behave();
        Assert.Null(created["rtmp_url"]);

        var started = (await House.Alice.Post($"/sessions/{created["session"]!["id"]}/start")).Is(HttpStatusCode.OK);

        Assert.Equal(LiveKit.Ingresses.Values.Single().StreamKey, (string?)started.Data["rtmp"]!["stream_key"]);
    }

    [Fact]
    public async Task A_start_that_fails_keeps_the_ingress_closed_and_the_next_one_opens_it()
    {
        var path = await House.Alice.NewSession(more: Rtmp);
        var ingress = LiveKit.Ingresses.Values.Single();
        LiveKit.Misbehave("Ingress/UpdateIngress", async (context, deed) =>
        {
            await deed();
            LiveKit.Behave();
            context.Abort();
        });
        (await House.Alice.Post($"{path}/start")).IsError(HttpStatusCode.ServiceUnavailable, "livekit_unavailable");
        Assert.False(World.Publish(ingress.Id));
        Assert.Empty(LiveKit.Rooms);

        var started = (await House.Alice.Post($"{path}/start")).Is(HttpStatusCode.OK).Data;

        Assert.Equal(ingress.StreamKey, (string?)started["rtmp"]!["stream_key"]);
        Assert.True(World.Publish(ingress.Id));
    }

    [Fact]
    public async Task One_that_LiveKit_has_lost_is_made_anew_by_the_start()
    {
        var path = await House.Alice.NewSession(more: Rtmp);
        World.Ingresses.Clear();

        var started = (await House.Alice.Post($"{path}/start")).Is(HttpStatusCode.OK).Data;

        Assert.Equal(LiveKit.Ingresses.Values.Single().StreamKey, (string?)started["rtmp"]!["stream_key"]);
    }

    [Fact]
    public async Task It_goes_with_a_session_that_is_deleted_or_that_nobody_starts()
    {
        var deleted = await House.Alice.NewSession(more: Rtmp);
        var forgotten = await House.Alice.NewSession(more: Rtmp);

        (await House.Alice.Delete(deleted)).Is(HttpStatusCode.OK);
        await Minute();
        Assert.Single(LiveKit.Ingresses);
        await House.Pass(TimeSpan.FromDays(1));
        await Minute();

        Assert.Empty(LiveKit.Ingresses);
        Assert.Equal("expired", await StatusOf(forgotten));
    }

    [Fact]
    public async Task It_goes_with_a_room_that_another_process_deleted_while_this_one_believed_in_it()
    {
        await using var second = await LiveStreamHouse.BuildWithLiveKit(sharing: House);
        var room = await House.Alice.NewRoom();
        await second.Alice.NewSession(room, Rtmp);
        (await House.Alice.Delete(room)).Is(HttpStatusCode.OK);
        await House.App.Sweep();

        await second.Alice.NewSession(room, Rtmp);
        Assert.NotEmpty(LiveKit.Ingresses);
        await Minute();
        await Minute();

        Assert.Empty(LiveKit.Ingresses);
        Assert.Equal(0, (int)(await House.Alice.Get("/sessions")).Data["total"]!);
    }

    private async Task<System.Text.Json.Nodes.JsonNode> Create()
    {
        var room = await House.Alice.NewRoom();
        var preset = await House.Alice.NewPreset();
        return (await House.Alice.Post(
            $"{room}/sessions", $$"""{"title": "Show", "preset_id": "{{preset}}"{{Rtmp}}}"""))
            .Is(HttpStatusCode.Created).Data;
    }
}
