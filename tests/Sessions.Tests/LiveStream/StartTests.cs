using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.LiveStream;

/// <summary>From scheduled to ended, without a LiveKit server.</summary>
public sealed class StartTests : IAsyncLifetime
{
    private const string DevelopmentSecret = "secret";
    private LiveStreamHouse _house = null!;

    public async Task InitializeAsync() => _house = await LiveStreamHouse.Build();

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task Starting_an_rtmp_session_answers_the_documented_shape()
    {
        var path = await _house.Alice.NewSession(more: ", \"mode\": \"rtmp\"");

        var started = (await _house.Alice.Post($"{path}/start")).Is(HttpStatusCode.OK).Data;

        Assert.Equal(
            ["session", "livekit_token", "livekit_url", "rtmp", "rtmp_setup"],
            started.AsObject().Select(field => field.Key));
        var (rtmp, setup) = (started["rtmp"]!, started["rtmp_setup"]!);
        Assert.Equal(["ingress_id", "url", "stream_key"], rtmp.AsObject().Select(field => field.Key));
        Assert.Equal((string?)rtmp["url"], (string?)setup["server"]);
        Assert.Equal((string?)rtmp["stream_key"], (string?)setup["stream_key"]);
        Assert.Equal(["step1", "step2", "step3"], setup["instructions"]!.AsObject().Select(field => field.Key));
        Assert.Contains((string)rtmp["url"]!, (string)setup["instructions"]!["step2"]!, StringComparison.Ordinal);
        var session = started["session"]!;
        Assert.Equal("live", (string?)session["status"]);
        Assert.Equal("2026-03-14T09:26:53.589Z", (string?)session["started_at"]);
        Assert.Equal((string?)session["id"], (string?)session["room"]!["active_session_id"]);
    }

    [Fact]
    public async Task Starting_a_webcam_session_answers_a_whip_url()
    {
        var path = await _house.Alice.NewSession();

        var started = (await _house.Alice.Post($"{path}/go_live")).Is(HttpStatusCode.OK).Data;

        Assert.Equal(
            ["session", "livekit_token", "livekit_url", "whip_url"],
            started.AsObject().Select(field => field.Key));
        Assert.StartsWith(
            "https://livekit.invalid/w/simulated-", (string?)started["whip_url"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_the_ingress_says_that_it_is_simulated()
    {
        var path = await _house.Alice.NewSession(more: ", \"mode\": \"rtmp\"");

        var started = (await _house.Alice.Post($"{path}/start")).Data;

        Assert.StartsWith("IN_SIMULATED_", (string?)started["rtmp"]!["ingress_id"], StringComparison.Ordinal);
        Assert.Equal("livekit.invalid", new Uri((string)started["rtmp"]!["url"]!).Host);
        Assert.StartsWith(
            "Simulated", (string?)started["rtmp_setup"]!["instructions"]!["step1"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_lets_the_host_do_what_the_preset_allows()
    {
        var path = await _house.Alice.NewSession(presetMore: ", \"host_screen_share\": false");

        var token = (string)(await _house.Alice.Post($"{path}/start")).Data["livekit_token"]!;

        var claims = JwtParts.Claims(token, DevelopmentSecret)!;
        Assert.Equal("devkey", (string?)claims["iss"]);
        Assert.StartsWith("host_", (string?)claims["sub"], StringComparison.Ordinal);
        Assert.Equal("Alice", (string?)claims["name"]);
        Assert.Equal(_house.App.Clock.Now.AddMinutes(10).ToUnixTimeSeconds(), (long)claims["exp"]!);
        var expected = JsonNode.Parse($$"""
            {"room": "{{path[10..]}}", "roomJoin": true, "roomAdmin": true, "canPublish": true, "canSubscribe": true,
             "canPublishData": true, "canUpdateOwnMetadata": true, "canPublishSources": ["microphone", "camera"]}
            """);
        Assert.True(JsonNode.DeepEquals(expected, claims["video"]), claims.ToJsonString());
    }

    [Fact]
    public async Task A_second_start_answers_the_same_ingress_with_a_fresh_token()
    {
        var path = await _house.Alice.NewSession(more: ", \"mode\": \"rtmp\"");
        var first = (await _house.Alice.Post($"{path}/start")).Data;
        _house.App.Clock.Advance(TimeSpan.FromMinutes(1));

        var again = (await _house.Alice.Post($"{path}/start")).Is(HttpStatusCode.OK).Data;

        Assert.Equal(first["rtmp"]!.ToJsonString(), again["rtmp"]!.ToJsonString());
        Assert.Equal((string?)first["session"]!["started_at"], (string?)again["session"]!["started_at"]);
        Assert.Equal(60, (int)again["session"]!["duration"]!);
        Assert.NotEqual((string?)first["livekit_token"], (string?)again["livekit_token"]);
    }

    [Fact]
    public async Task An_end_stops_the_clock_and_frees_the_room()
    {
        var room = await _house.Alice.NewRoom();
        var path = await _house.Alice.NewLiveSession(room);
        var next = await _house.Alice.NewSession(room);
        _house.App.Clock.Advance(TimeSpan.FromSeconds(90));

        var ended = (await _house.Alice.Post($"{path}/end")).Is(HttpStatusCode.OK).Data;
        _house.App.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(("ended", 90), ((string?)ended["status"], (int)ended["duration"]!));
        Assert.Equal("2026-03-14T09:28:23.589Z", (string?)ended["ended_at"]);
        Assert.Null((await _house.Alice.Get(room)).Data["active_session_id"]);
        Assert.Equal(90, (int)(await _house.Alice.Get(path)).Data["duration"]!);
        (await _house.Alice.Post($"{next}/start")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_is_over_is_not_started_and_what_is_not_live_is_not_ended()
    {
        var scheduled = await _house.Alice.NewSession();
        var over = await _house.Alice.NewLiveSession();
        var ended = await _house.Alice.Post($"{over}/end");

        (await _house.Alice.Post($"{scheduled}/end")).IsError(HttpStatusCode.Conflict, "session_not_live");
        (await _house.Alice.Post($"{over}/start")).IsError(HttpStatusCode.Conflict, "session_ended");
        (await _house.Alice.Post($"{over}/go_live")).IsError(HttpStatusCode.Conflict, "session_ended");
        (await _house.Alice.Post($"{over}/join")).IsError(HttpStatusCode.Conflict, "session_not_live");
        (await _house.Alice.Get($"{over}/monitor")).IsError(HttpStatusCode.Conflict, "session_not_live");
        (await _house.Alice.Patch($"{over}/settings", "{}")).IsError(HttpStatusCode.Conflict, "session_ended");
        Assert.Equal(ended.Data.ToJsonString(), (await _house.Alice.Post($"{over}/end")).Data.ToJsonString());
    }

    [Fact]
    public async Task A_room_is_live_with_one_session_at_a_time()
    {
        var room = await _house.Alice.NewRoom();
        var sessions = new List<string>();
        for (var number = 0; number < 8; number++)
        {
            sessions.Add(await _house.Alice.NewSession(room));
        }

        var replies = await Task.WhenAll(sessions.Select(session => _house.Alice.Post($"{session}/start")));

        var live = Assert.Single(replies, reply => reply.Status == HttpStatusCode.OK);
        Assert.All(replies.Where(reply => reply != live), reply =>
            reply.IsError(HttpStatusCode.Conflict, "room_live"));
        Assert.Equal(
            (string?)live.Data["session"]!["id"], (string?)(await _house.Alice.Get(room)).Data["active_session_id"]);
        Assert.Equal(1, (int)(await _house.Anyone.Get("/sessions/live")).Data["total"]!);
    }

    [Theory]
    [InlineData("start")]
    [InlineData("go_live")]
    [InlineData("end")]
    [InlineData("ensure_hls_egress")]
    [InlineData("start_webcam_hls")]
    [InlineData("host_video_state")]
    [InlineData("host_audio_state")]
    public async Task What_hosts_do_others_may_not(string verb)
    {
        var path = await _house.Alice.NewLiveSession();

        (await _house.Bob.Post($"{path}/{verb}")).IsError(HttpStatusCode.Forbidden, "not_the_host");
        (await _house.Viewer(1).Post($"{path}/{verb}")).IsError(HttpStatusCode.Forbidden, "host_only");
        (await _house.Oscar.Post($"{path}/{verb}")).IsError(HttpStatusCode.NotFound, "not_found");
        (await _house.Anyone.Post($"{path}/{verb}")).IsError(HttpStatusCode.Unauthorized, "auth_type_not_found");
    }

    [Fact]
    public async Task Hls_health_and_the_hosts_state_are_answered_without_a_server_too()
    {
        var path = await _house.Alice.NewLiveSession();

        var hls = (await _house.Alice.Post($"{path}/start_webcam_hls")).Is(HttpStatusCode.OK).Data;
        var health = (await _house.Viewer(1).Get($"{path}/stream_health")).Is(HttpStatusCode.OK).Data;
        var video = (await _house.Alice.Post($"{path}/host_video_state", """{"enabled": false}""")).Data;

        Assert.StartsWith("EG_SIMULATED_", (string?)hls["egress_id"], StringComparison.Ordinal);
        Assert.Equal((string?)hls["hls_url"], (string?)health["hls_url"]);
        Assert.Equal(("live", "ENDPOINT_INACTIVE"), ((string?)health["status"], (string?)health["ingress_status"]));
        Assert.Equal("""{"type":"host_video_state","enabled":false}""", video.ToJsonString());
        (await _house.Alice.Post($"{path}/host_audio_state", """{"enabled": 1}""")).IsInvalid("enabled");
    }
}
