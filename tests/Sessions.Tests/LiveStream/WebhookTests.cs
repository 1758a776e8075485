using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

/// <summary>What LiveKit tells, as it tells it: the events are those of the stand-in.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private LiveStreamHouse _house = null!;
    private string _session = "";

    private LiveKitWorld World => _house.LiveKit.World;

    private string Room => _session[10..];

    public async Task InitializeAsync()
    {
        _house = await LiveStreamHouse.BuildWithLiveKit();
        _session = await _house.Alice.NewLiveSession(presetMore: ", \"max_join_limit\": 2");
    }

    public async Task DisposeAsync()
    {
        Assert.Empty(_house.LiveKit.Broken);
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task Viewers_come_and_go()
    {
        var first = await Enter(_house.Viewer(1));
        await Enter(_house.Viewer(2));
        Assert.Equal((2, 2), await Viewers());
        World.Leave(Room, first.Identity);
        await _house.Told();
        Assert.Equal((1, 2), await Viewers());
        await Enter(_house.Viewer(3));
        Assert.Equal((2, 2), await Viewers());
    }

    [Fact]
    public async Task Hosts_and_those_on_the_stage_monitors_ingresses_and_recorders_are_no_viewers()
    {
        await Enter(_house.Alice);
        await Enter(_house.Bob);
        await Enter(_house.Of("moderator"));
        await Enter(_house.Of("speaker"));
        var monitor = (await _house.Alice.Get($"{_session}/monitor")).Data;
        World.Join((string)monitor["livekit_token"]!);
        World.Publish(_house.LiveKit.Ingresses.Single().Key);
        World.Enter(Room, new("PA_egress", "EG_1", "", _house.App.Clock.Now) { Kind = "EGRESS" });
        await _house.Told();

        Assert.Equal((0, 0), await Viewers());
        await _house.Reconcile();
        Assert.Equal((0, 0), await Viewers());
    }

    [Fact]
    public async Task Repeats_and_reordering_do_no_harm()
    {
        var viewer = await Enter(_house.Viewer(1));
        World.Leave(Room, viewer.Identity);
        await Enter(_house.Viewer(1));
        var other = await Enter(_house.Viewer(2));
        World.Leave(Room, other.Identity);
        await _house.Told();
        var told = _house.LiveKit.Post.Told.Where(told =>
            ((string)told["event"]!).StartsWith("participant_", StringComparison.Ordinal)).ToList();
        for (var round = 0; round < 20; round++)
        {
            foreach (var place in Enumerable.Range(0, 10).OrderBy(place => (place * 7 + 3) * (round + 11) % 31))
            {
                await Send(told[place % told.Count]);
            }

            Assert.Equal(1, (await Viewers()).Now);
        }
    }

    [Fact]
    public async Task Who_leaves_frees_the_place_and_who_is_in_keeps_it()
    {
        var (first, second, third) = (_house.Viewer(1), _house.Viewer(2), _house.Viewer(3));
        var inside = await Enter(first);
        await Join(second);
        _house.App.Clock.Advance(TimeSpan.FromMinutes(30));
        await Join(second);
        (await third.Post($"{_session}/join")).IsError(HttpStatusCode.Conflict, "join_limit_reached");

        World.Leave(Room, inside.Identity);
        await _house.Told();

        await Join(third);
    }

    [Fact]
    public async Task A_second_device_of_a_viewer_puts_the_first_one_out_and_counts_once()
    {
        await Enter(_house.Viewer(1));
        await Enter(_house.Viewer(1));

        Assert.Equal(1, (await Viewers()).Now);
    }

    [Fact]
    public async Task A_room_that_LiveKit_made_anew_under_the_same_name_is_the_sessions_from_then_on()
    {
        await Enter(_house.Viewer(1));
        World.Restart();
        _house.App.Clock.Advance(TimeSpan.FromSeconds(10));

        await Enter(_house.Viewer(2));

        Assert.Equal((1, 1), await Viewers());
        Assert.Equal("live", (string?)(await Session())["status"]);
    }

    [Fact]
    public async Task A_finished_room_ends_the_session_and_its_ingress()
    {
        await Enter(_house.Viewer(1));
        _house.App.Clock.Advance(TimeSpan.FromSeconds(10));

        World.Close(Room);
        await _house.Told();
        await Send(_house.LiveKit.Post.Told[^1]);

        var session = await Session();
        Assert.Equal(("ended", 10), ((string?)session["status"], (int)session["duration"]!));
        Assert.Equal((0, 1), await Viewers());
        Assert.Null(session["room"]!["active_session_id"]);
        Assert.Empty(_house.LiveKit.Ingresses);
    }

    [Fact]
    public async Task The_end_of_the_room_of_a_start_that_failed_leaves_the_next_start_its_room_and_ingress()
    {
        _session = await _house.Alice.NewSession();
        _house.LiveKit.Misbehave("Ingress/CreateIngress", (context, _) =>
            LiveKitStandIn.Fail(context, 503, "unavailable"));
        (await _house.Alice.Post($"{_session}/start")).Is(HttpStatusCode.ServiceUnavailable);
        _house.LiveKit.Behave();
        _house.App.Clock.Advance(TimeSpan.FromSeconds(1));
        (await _house.Alice.Post($"{_session}/start")).Is(HttpStatusCode.OK);

        await _house.Told();

        Assert.Equal("live", (string?)(await Session())["status"]);
        Assert.Contains(_house.LiveKit.Ingresses.Values, ingress => ingress.Room == Room);
    }

    [Fact]
    public async Task An_ingress_that_ends_marks_the_stream_but_not_the_session()
    {
        var ingress = _house.LiveKit.Ingresses.Single().Key;
        World.Publish(ingress);
        _house.App.Clock.Advance(TimeSpan.FromSeconds(5));
        World.Unpublish(ingress);
        await _house.Told();
        await Send(_house.LiveKit.Post.Told.First(told => (string?)told["event"] == "ingress_started"));
        _house.LiveKit.BeDown();

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

        await _house.LiveKit.Post.Send(_house.Anyone, told);

        Assert.Equal(before, (await Session()).ToJsonString());
    }

    [Fact]
    public async Task Only_what_LiveKit_signed_is_believed()
    {
        World.Join(await Join(_house.Viewer(1)));
        var told = _house.LiveKit.Post.Told[^1].ToJsonString();
        _house.LiveKit.Post.Lose();
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

    private Task<ApiReply> Send(JsonObject told) => _house.LiveKit.Post.Send(_house.Anyone, told.ToJsonString());

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

    private async Task<string> Join(LiveStreamClient who) =>
        (string)(await who.Post($"{_session}/join")).Is(HttpStatusCode.OK).Data["livekit_token"]!;

    private async Task<StandInParticipant> Enter(LiveStreamClient who)
    {
        var inside = World.Join(await Join(who));
        await _house.Told();
        return inside;
    }

    private async Task<JsonNode> Session() => (await _house.Anyone.Get(_session)).Is(HttpStatusCode.OK).Data;

    private async Task<(int Now, int Max)> Viewers()
    {
        var session = await Session();
        return ((int)session["viewer_count"]!, (int)session["max_viewers"]!);
    }
}
