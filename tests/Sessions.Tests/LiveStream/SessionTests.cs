using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

public sealed class SessionTests : IAsyncLifetime
{
    private LiveStreamHouse _house = null!;

    public async Task InitializeAsync() => _house = await LiveStreamHouse.Build();

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task A_create_answers_a_scheduled_session_with_its_room_and_preset()
    {
        var room = await _house.Alice.NewRoom();
        var path = await _house.Alice.NewSession(
            room, ", \"description\": \"d\", \"scheduled_start_time\": \"2026-03-15T10:00:00+02:00\"");

        var session = (await _house.Anyone.Get(path)).Is(HttpStatusCode.OK).Data;

        Assert.Equal("scheduled", (string?)session["status"]);
        Assert.Equal("webcam", (string?)session["mode"]);
        Assert.Equal("2026-03-15T08:00:00.000Z", (string?)session["scheduled_start_time"]);
        Assert.Equal(room[7..], (string?)session["room_id"]);
        Assert.Equal("A room", (string?)session["room"]!["title"]);
        Assert.Equal("#1a2B3c", (string?)session["preset"]!["primary_color"]);
        Assert.Equal((0, 0, 0), (
            (int)session["duration"]!, (int)session["viewer_count"]!, (int)session["max_viewers"]!));
        Assert.Equal(100, (int)session["effective_max_join_limit"]!);
        Assert.False((bool)session["recording_enabled"]!);
        Assert.All(
            ["started_at", "ended_at", "hls_url", "chat_enabled_override"], name => Assert.Null(session[name]));
    }

    [Fact]
    public async Task The_mode_follows_the_presets_type_unless_it_is_given()
    {
        var rtmp = await _house.Alice.NewSession(presetMore: ", \"type\": \"rtmp\"");
        var given = await _house.Alice.NewSession(more: ", \"mode\": \"webcam\"", presetMore: ", \"type\": \"rtmp\"");

        Assert.Equal("rtmp", (string?)(await _house.Alice.Get(rtmp)).Data["mode"]);
        Assert.Equal("webcam", (string?)(await _house.Alice.Get(given)).Data["mode"]);
    }

    [Theory]
    [InlineData("""{}""", "title", "preset_id")]
    [InlineData("""{"title": "ab", "preset_id": "nope"}""", "title", "preset_id")]
    [InlineData("""{"title": "\ud800xx", "preset_id": 5}""", "title", "preset_id")]
    [InlineData("""{"title": "abc", "preset_id": "00000000-0000-4000-8000-000000000000", "mode": "sip"}""", "mode")]
    [InlineData("""{"title": "abc", "preset_id": "00000000-0000-4000-8000-000000000000"}""", "preset_id")]
    [InlineData(
        """{"title": "abc", "preset_id": "00000000-0000-4000-8000-000000000000", "scheduled_start_time": "soon"}""",
        "scheduled_start_time")]
    public async Task What_is_wrong_with_a_create_is_named_field_by_field(string json, params string[] fields)
    {
        var room = await _house.Alice.NewRoom();

        (await _house.Alice.Post($"{room}/sessions", json)).IsInvalid(fields);

        Assert.Equal(0, (int)(await _house.Alice.Get("/sessions")).Data["total"]!);
    }

    [Fact]
    public async Task Only_the_rooms_host_makes_sessions_in_it()
    {
        var room = await _house.Alice.NewRoom();
        var json = $$"""{"title": "Show", "preset_id": "{{await _house.Bob.NewPreset()}}"}""";

        (await _house.Bob.Post($"{room}/sessions", json)).IsError(HttpStatusCode.Forbidden, "not_the_host");
        (await _house.Viewer(1).Post($"{room}/sessions", json)).IsError(HttpStatusCode.Forbidden, "host_only");
        (await _house.Oscar.Post($"{room}/sessions", json)).IsError(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("", "2026-03-14T09:26:53.5897932Z")]
    [InlineData(", \"scheduled_start_time\": \"2026-03-20T00:00:00Z\"", "2026-03-20T00:00:00Z")]
    [InlineData(", \"scheduled_start_time\": \"2020-01-01T00:00:00Z\"", "2026-03-14T09:26:53.5897932Z")]
    public async Task A_session_that_nobody_starts_expires_a_day_after_its_time(string more, string time)
    {
        var path = await _house.Alice.NewSession(more: more);
        var end = DateTimeOffset.Parse(time, null).AddHours(24);

        _house.App.Clock.Now = end.AddTicks(-1);
        Assert.Equal("scheduled", (string?)(await _house.Alice.Get(path)).Data["status"]);
        _house.App.Clock.Advance(TimeSpan.FromTicks(1));
        var before = await _house.Alice.Get(path);
        Assert.Equal(1, await _house.App.Sweep());
        var after = await _house.Alice.Get(path);

        Assert.Equal("expired", (string?)before.Data["status"]);
        Assert.Equal(0, (int)before.Data["duration"]!);
        Assert.Equal(before.Data.ToJsonString(), after.Data.ToJsonString());
        Assert.Equal(0, await _house.App.Sweep());
        (await _house.Alice.Post($"{path}/start")).IsError(HttpStatusCode.Conflict, "session_expired");
    }

    [Fact]
    public async Task A_reschedule_moves_the_time_and_the_expiry()
    {
        var path = await _house.Alice.NewSession();

        var moved = await _house.Alice.Patch(
            $"{path}/reschedule", """{"scheduled_start_time": "2026-04-01T00:00:00Z"}""");
        _house.App.Clock.Now = new(2026, 4, 1, 23, 0, 0, TimeSpan.Zero);

        Assert.Equal("2026-04-01T00:00:00.000Z", (string?)moved.Is(HttpStatusCode.OK).Data["scheduled_start_time"]);
        Assert.Equal("scheduled", (string?)(await _house.Alice.Get(path)).Data["status"]);
        (await _house.Alice.Patch($"{path}/reschedule", "{}")).IsInvalid("scheduled_start_time");
        await _house.Alice.Post($"{path}/start");
        (await _house.Alice.Patch($"{path}/reschedule", """{"scheduled_start_time": "2026-04-03T00:00:00Z"}"""))
            .IsError(HttpStatusCode.Conflict, "session_not_scheduled");
    }

    [Fact]
    public async Task Settings_stand_before_the_preset_until_null_takes_them_back()
    {
        var path = await _house.Alice.NewSession(presetMore: ", \"chat_enabled\": false");

        var set = (await _house.Alice.Patch($"{path}/settings", """{"chat_enabled": true, "max_join_limit": 7}"""))
            .Is(HttpStatusCode.OK).Data;
        var kept = (await _house.Alice.Patch($"{path}/settings", """{"stage_enabled": false}""")).Data;
        var back = (await _house.Alice.Patch($"{path}/settings", """{"chat_enabled": null}""")).Data;

        Assert.Equal((true, true, 7), Settings(set));
        Assert.Equal((true, false, 7), Settings(kept));
        Assert.Equal((false, false, 7), Settings(back));
        Assert.Null(back["chat_enabled_override"]);
        Assert.Equal(7, (int)back["max_join_limit_override"]!);
    }

    [Theory]
    [InlineData("""{"max_join_limit": 0}""", "max_join_limit")]
    [InlineData("""{"max_join_limit": 101}""", "max_join_limit")]
    [InlineData("""{"max_join_limit": "5"}""", "max_join_limit")]
    [InlineData("""{"chat_enabled": 1, "stage_enabled": "on"}""", "chat_enabled", "stage_enabled")]
    public async Task Bad_settings_change_nothing(string json, params string[] fields)
    {
        var path = await _house.Alice.NewSession();
        var before = await _house.Alice.Get(path);

        (await _house.Alice.Patch($"{path}/settings", json)).IsInvalid(fields);

        Assert.Equal(before.Body!.ToJsonString(), (await _house.Alice.Get(path)).Body!.ToJsonString());
    }

    [Fact]
    public async Task A_session_is_deleted_unless_it_is_live()
    {
        var path = await _house.Alice.NewSession();
        var live = await _house.Alice.NewLiveSession();

        (await _house.Bob.Delete(path)).IsError(HttpStatusCode.Forbidden, "not_the_host");
        (await _house.Alice.Delete(path)).Is(HttpStatusCode.OK);
        (await _house.Alice.Delete(live)).IsError(HttpStatusCode.Conflict, "room_live");

        (await _house.Anyone.Get(path)).IsError(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(1, (int)(await _house.Anyone.Get("/sessions")).Data["total"]!);
    }

    [Fact]
    public async Task Lists_show_all_the_live_ones_and_those_of_a_room()
    {
        var room = await _house.Alice.NewRoom();
        var first = await _house.Alice.NewSession(room);
        _house.App.Clock.Advance(TimeSpan.FromSeconds(1));
        var live = await _house.Alice.NewLiveSession(room);
        _house.App.Clock.Advance(TimeSpan.FromSeconds(1));
        var elsewhere = await _house.Alice.NewSession();

        Assert.Equal([elsewhere, live, first], Paths(await _house.Anyone.Get("/sessions")));
        Assert.Equal([live], Paths(await _house.Anyone.Get("/sessions/live")));
        Assert.Equal([live, first], Paths(await _house.Alice.Get($"{room}/sessions")));
        Assert.Equal([first], Paths(await _house.Alice.Get($"{room}/sessions?page=2&limit=1")));
        Assert.Equal(2, (int)(await _house.Alice.Get($"{room}/sessions?page=2&limit=1")).Data["total"]!);
    }

    [Fact]
    public async Task Every_session_of_a_list_is_as_it_is_fetched()
    {
        var room = await _house.Alice.NewRoom();
        await _house.Alice.NewSession(room, ", \"description\": \"d\"", ", \"poll_enabled\": false");
        await _house.Alice.Post($"{await _house.Alice.NewLiveSession(room)}/end");
        await _house.Alice.NewLiveSession(room, presetMore: ", \"is_default\": true, \"max_join_limit\": 5");
        await _house.Alice.NewSession();
        var shared = await _house.Alice.NewPreset();
        foreach (var title in new[] { "First", "Second" })
        {
            await _house.Alice.Post($"{room}/sessions", $$"""{"title": "{{title}}", "preset_id": "{{shared}}"}""");
        }

        (LiveStreamClient Who, string List, int Count)[] lists =
        [
            (_house.Alice, "/sessions", 6), (_house.Anyone, "/sessions", 6), (_house.Anyone, "/sessions/live", 1),
            (_house.Alice, $"{room}/sessions", 5),
        ];

        foreach (var (who, path, count) in lists)
        {
            var list = (await who.Get(path)).Is(HttpStatusCode.OK).Data["sessions"]!.AsArray();
            Assert.Equal(count, list.Count);
            foreach (var listed in list)
            {
                var fetched = (await who.Get($"/sessions/{listed!["id"]}")).Is(HttpStatusCode.OK).Data;
                Assert.Equal(fetched.ToJsonString(), listed.ToJsonString());
            }
        }
    }

    [Fact]
    public async Task A_room_forgets_its_old_sessions_when_they_are_gone()
    {
        var room = await _house.Alice.NewRoom();
        var old = await _house.Alice.NewLiveSession(room);
        await _house.Alice.Post($"{old}/end");
        var deleted = await _house.Alice.NewSession(room);
        await _house.Alice.Delete(deleted);

        Assert.Equal([old], Paths(await _house.Alice.Get($"{room}/sessions")));
        _house.App.Clock.Advance(TimeSpan.FromDays(31));

        var list = await _house.Alice.Get($"{room}/sessions");
        Assert.Empty(Paths(list));
        Assert.Equal(0, (int)list.Data["total"]!);
    }

    [Fact]
    public async Task Stats_count_by_status()
    {
        await _house.Alice.NewSession();
        await _house.Alice.NewLiveSession();
        var ended = await _house.Alice.NewLiveSession();
        await _house.Alice.Post($"{ended}/end");
        await _house.Oscar.NewSession();

        var stats = (await _house.Viewer(1).Get("/sessions/stats")).Is(HttpStatusCode.OK).Data;

        Assert.Equal("""{"total_sessions":3,"live_now":1,"scheduled":1,"ended":1}""", stats.ToJsonString());
    }

    [Fact]
    public async Task Stats_count_no_session_as_scheduled_that_has_expired_whether_or_not_the_timer_was_there()
    {
        await _house.Alice.NewSession();
        _house.App.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromTicks(1));
        Assert.Equal(1, await Scheduled());

        _house.App.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(0, await Scheduled());
        await _house.App.Sweep();
        Assert.Equal(0, await Scheduled());

        async Task<int> Scheduled() => (int)(await _house.Alice.Get("/sessions/stats")).Data["scheduled"]!;
    }

    private static (bool Chat, bool Stage, int Limit) Settings(JsonNode session) => (
        (bool)session["effective_chat_enabled"]!,
        (bool)session["effective_stage_enabled"]!,
        (int)session["effective_max_join_limit"]!);

    private static IEnumerable<string> Paths(ApiReply list) =>
        list.Is(HttpStatusCode.OK).Data["sessions"]!.AsArray().Select(session => $"/sessions/{session!["id"]}");
}
