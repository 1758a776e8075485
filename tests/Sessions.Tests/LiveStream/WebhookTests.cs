using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

public sealed class WebhookTests : IAsyncLifetime
{
    private LiveStreamHouse _house = null!;
    private string _session = "";
    private string _roomSid = "";

    public async Task InitializeAsync()
    {
        _house = await LiveStreamHouse.BuildWithLiveKit();
        _session = await _house.Alice.NewLiveSession(presetMore: ", \"max_join_limit\": 2");
        _roomSid = _house.LiveKit.Rooms.Single().Value;
    }

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task Viewers_come_and_go()
    {
        await Tell(Participant("participant_joined", "PA_1", "viewer_a"));
        await Tell(Participant("participant_joined", "PA_2", "viewer_b"));
        Assert.Equal((2, 2), await Viewers());
        await Tell(Participant("participant_left", "PA_1", "viewer_a"));
        Assert.Equal((1, 2), await Viewers());
        await Tell(Participant("participant_joined", "PA_3", "viewer_c"));
        Assert.Equal((2, 2), await Viewers());
    }

    [Fact]
    public async Task Hosts_monitors_ingresses_recorders_and_the_hidden_are_no_viewers()
    {
        await Tell(Participant("participant_joined", "PA_1", "host_a"));
        await Tell(Participant("participant_joined", "PA_2", "monitor_a"));
        await Tell(Participant("participant_joined", "PA_3", $"ingress_{_session[10..]}"));
        await Tell(Participant("participant_joined", "PA_4", "x", ", \"kind\": \"EGRESS\""));
        await Tell(Participant("participant_joined", "PA_5", "x", ", \"permission\": {\"hidden\": true}"));
        await Tell(Participant("participant_joined", "PA_6", "x", ", \"permission\": {\"recorder\": true}"));

        Assert.Equal((0, 0), await Viewers());
    }

    [Fact]
    public async Task Repeats_and_reordering_do_no_harm()
    {
        string[] told =
        [
            Participant("participant_joined", "PA_1", "viewer_a"), Participant("participant_left", "PA_1", "viewer_a"),
            Participant("participant_joined", "PA_2", "viewer_a"),
            Participant("participant_joined", "PA_3", "viewer_b"),
            Participant("participant_connection_aborted", "PA_3", "viewer_b"),
        ];
        for (var round = 0; round < 20; round++)
        {
            foreach (var place in Enumerable.Range(0, 10).OrderBy(place => (place * 7 + 3) * (round + 11) % 31))
            {
                await Tell(told[place % told.Length]);
            }

            Assert.Equal(1, (await Viewers()).Now);
        }
    }

    [Fact]
    public async Task Who_leaves_frees_the_place_and_who_is_in_keeps_it()
    {
        var (first, second, third) = (_house.Viewer(1), _house.Viewer(2), _house.Viewer(3));
        await Tell(Participant("participant_joined", "PA_1", await Join(first)));
        await Join(second);
        _house.App.Clock.Advance(TimeSpan.FromMinutes(30));
        await Join(second);
        (await third.Post($"{_session}/join")).IsError(HttpStatusCode.Conflict, "join_limit_reached");

        await Tell(Participant("participant_left", "PA_1", "viewer_whoever"));

        await Join(third);
    }

    [Fact]
    public async Task An_egress_gives_the_playlist_and_never_goes_back()
    {
        await Tell(Egress("egress_started", "EGRESS_STARTING", ""));
        await Tell(Egress("egress_updated", "EGRESS_ACTIVE", ", \"livePlaylistLocation\": \"https://cdn/live.m3u8\""));
        Assert.Equal("https://cdn/live.m3u8", (string?)(await Session())["hls_url"]);
        await Tell(Egress(
            "egress_ended", "EGRESS_COMPLETE",
            ", \"livePlaylistLocation\": \"https://cdn/live.m3u8\", \"playlistLocation\": \"https://cdn/all.m3u8\""));
        await Tell(Egress("egress_updated", "EGRESS_ACTIVE", ", \"livePlaylistLocation\": \"https://cdn/live.m3u8\""));

        Assert.Equal("https://cdn/all.m3u8", (string?)(await Session())["hls_url"]);
        Assert.Equal(
            "EGRESS_COMPLETE", (string?)(await _house.Alice.Get($"{_session}/stream_health")).Data["egress_status"]);
    }

    [Fact]
    public async Task A_finished_room_ends_the_session_and_its_ingress()
    {
        await Tell(Participant("participant_joined", "PA_1", "viewer_a"));
        _house.App.Clock.Advance(TimeSpan.FromSeconds(10));

        await Tell(RoomFinished(_roomSid));
        await Tell(RoomFinished(_roomSid));

        var session = await Session();
        Assert.Equal(("ended", 10), ((string?)session["status"], (int)session["duration"]!));
        Assert.Equal((0, 1), await Viewers());
        Assert.Null(session["room"]!["active_session_id"]);
        Assert.Empty(_house.LiveKit.Ingresses);
    }

    [Fact]
    public async Task The_end_of_an_earlier_room_of_that_name_ends_nothing()
    {
        await Tell(RoomFinished("RM_earlier"));

        Assert.Equal("live", (string?)(await Session())["status"]);
    }

    [Fact]
    public async Task The_end_of_the_room_of_a_start_that_failed_leaves_the_next_start_its_ingress()
    {
        _session = await _house.Alice.NewSession();
        _house.LiveKit.Misbehave("Ingress/CreateIngress", (context, _) =>
            StubLiveKit.Fail(context, 503, "unavailable"));
        (await _house.Alice.Post($"{_session}/start")).Is(HttpStatusCode.ServiceUnavailable);
        _house.LiveKit.Behave();
        (await _house.Alice.Post($"{_session}/start")).Is(HttpStatusCode.OK);

        await Tell(RoomFinished("RM_earlier"));

        Assert.Equal("live", (string?)(await Session())["status"]);
        Assert.Contains(_house.LiveKit.Ingresses.Values, ingress => (string?)ingress["room_name"] == _session[10..]);
    }

    [Fact]
    public async Task An_ingress_that_ends_marks_the_stream_but_not_the_session()
    {
        var ingress = _house.LiveKit.Ingresses.Single().Key;
        _house.LiveKit.Ingresses.Clear();

        await Tell(Ingress("ingress_ended", ingress, 20));
        await Tell(Ingress("ingress_started", ingress, 10));
        await Tell(Ingress("ingress_started", "IN_other", 30));

        var health = (await _house.Alice.Get($"{_session}/stream_health")).Data;
        Assert.Equal(("live", "ENDPOINT_INACTIVE"), ((string?)health["status"], (string?)health["ingress_status"]));
    }

    [Theory]
    [InlineData("""{"event": "room_finished", "room": {"name": "somebody else's"}}""")]
    [InlineData("""{"event": "room_finished", "room": {"name": "00000000-0000-4000-8000-000000000000"}}""")]
    [InlineData("""{"event": "track_published"}""")]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    public async Task What_is_about_nothing_of_ours_is_taken_and_changes_nothing(string told)
    {
        var before = (await Session()).ToJsonString();

        await Tell(told);

        Assert.Equal(before, (await Session()).ToJsonString());
    }

    [Fact]
    public async Task Only_what_LiveKit_signed_is_believed()
    {
        var told = Participant("participant_joined", "PA_1", "viewer_a");
        var soon = _house.App.Clock.Now.AddMinutes(5);

        (string? Token, string Body)[] wrong =
        [
            (null, told),
            ("nonsense", told),
            (Token(told, soon, secret: "another secret"), told),
            (Token(told, soon, issuer: "another key"), told),
            (Token(told, _house.App.Clock.Now.AddMinutes(-2)), told),
            (Token("another body", soon), told),
            (JwtParts.Sign(new() { ["iss"] = LiveStreamHouse.ApiKey, ["exp"] = soon.ToUnixTimeSeconds() },
                LiveStreamHouse.ApiSecret), told),
        ];
        foreach (var (token, body) in wrong)
        {
            (await Send(body, token)).IsError(HttpStatusCode.Unauthorized, "webhook_signature_invalid");
        }

        Assert.Equal((0, 0), await Viewers());
        (await Send("no json", Token("no json", soon))).IsError(HttpStatusCode.BadRequest, "invalid_request");
        (await Send(told, "Bearer " + Token(told, soon))).Is(HttpStatusCode.OK);
        Assert.Equal((1, 1), await Viewers());
    }

    [Fact]
    public async Task Nothing_is_believed_that_the_development_key_signed()
    {
        await using var house = await LiveStreamHouse.Build();
        var token = Token("{}", house.App.Clock.Now.AddMinutes(5), "secret", "devkey");

        (await house.Anyone.Post("/livekit/webhook", "{}", ("Authorization", token)))
            .IsError(HttpStatusCode.Unauthorized, "webhook_signature_invalid");
    }

    private async Task Tell(string told) =>
        (await Send(told, Token(told, _house.App.Clock.Now.AddMinutes(5)))).Is(HttpStatusCode.OK);

    private Task<ApiReply> Send(string body, string? token) => _house.Anyone.Post(
        "/livekit/webhook", body, token is null ? [] : [("Authorization", token)]);

    private static string Token(
        string body, DateTimeOffset until, string secret = LiveStreamHouse.ApiSecret,
        string issuer = LiveStreamHouse.ApiKey) => JwtParts.Sign(
            new()
            {
                ["iss"] = issuer,
                ["exp"] = until.ToUnixTimeSeconds(),
                ["sha256"] = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(body))),
            },
            secret);

    private async Task<string> Join(LiveStreamClient viewer)
    {
        var token = (string)(await viewer.Post($"{_session}/join")).Is(HttpStatusCode.OK).Data["livekit_token"]!;
        return (string)JwtParts.Claims(token, LiveStreamHouse.ApiSecret)!["sub"]!;
    }

    private async Task<JsonNode> Session() => (await _house.Anyone.Get(_session)).Is(HttpStatusCode.OK).Data;

    private async Task<(int Now, int Max)> Viewers()
    {
        var session = await Session();
        return ((int)session["viewer_count"]!, (int)session["max_viewers"]!);
    }

    private string Participant(string name, string sid, string identity, string more = "") => $$"""
        {"event": "{{name}}", "id": "EV_{{name}}_{{sid}}", "createdAt": "1773480413", {{Room(_roomSid)}},
         "participant": {"sid": "{{sid}}", "identity": "{{identity}}"{{more}} } }
        """;

    private string Egress(string name, string status, string locations) => $$"""
        {"event": "{{name}}", "egressInfo": {"egressId": "EG_1", "roomName": "{{_session[10..]}}",
         "status": "{{status}}", "segmentResults": [{"segmentCount": "3"{{locations}} }] } }
        """;

    private string Ingress(string name, string id, int at) => string.Create(CultureInfo.InvariantCulture, $$"""
        {"event": "{{name}}", "createdAt": "{{at}}",
         "ingressInfo": {"ingressId": "{{id}}", "roomName": "{{_session[10..]}}"} }
        """);

    private string RoomFinished(string sid) => $$"""{"event": "room_finished", {{Room(sid)}} }""";

    private string Room(string sid) => $$"""
        "room": {"sid": "{{sid}}", "name": "{{_session[10..]}}"}
        """;
}
