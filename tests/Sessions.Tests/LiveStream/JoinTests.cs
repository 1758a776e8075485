using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.LiveStream;

public sealed class JoinTests : IAsyncLifetime
{
    private LiveStreamHouse _house = null!;

    public async Task InitializeAsync() => _house = await LiveStreamHouse.BuildWithLiveKit();

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task A_viewer_may_watch_and_chat_and_change_nothing_of_what_others_see()
    {
        var path = await _house.Alice.NewLiveSession();

        var joined = (await _house.Viewer(1).Post($"{path}/join")).Is(HttpStatusCode.OK).Data;

        Assert.Equal(path[10..], (string?)joined["room_name"]);
        var claims = Claims(joined);
        Assert.Equal(LiveStreamHouse.ApiKey, (string?)claims["iss"]);
        Assert.StartsWith("viewer_", (string?)claims["sub"], StringComparison.Ordinal);
        Assert.Equal("viewer1", (string?)claims["name"]);
        Assert.Equal(
            """{"role":"viewer","stage_requests":true,"chat":true,"stage":true,"max_join_limit":100}""",
            (string?)claims["metadata"]);
        Assert.Equal(_house.App.Clock.Now.AddMinutes(10).ToUnixTimeSeconds(), (long)claims["exp"]!);
        AssertGrant(
            $$"""
            {"room": "{{path[10..]}}", "roomJoin": true, "canPublish": false, "canSubscribe": true,
             "canPublishData": true, "canUpdateOwnMetadata": false}
            """,
            claims);
        Assert.Equal(_house.LiveKit.Url, (string?)joined["livekit_url"]);
    }

    [Fact]
    public async Task What_a_viewer_may_do_follows_the_effective_settings()
    {
        var path = await _house.Alice.NewLiveSession();
        await _house.Alice.Patch($"{path}/settings", """{"chat_enabled": false, "stage_enabled": false}""");

        var claims = Claims((await _house.Viewer(1).Post($"{path}/join")).Data);

        Assert.False((bool)claims["video"]!["canPublishData"]!);
        Assert.Equal(
            """{"role":"viewer","stage_requests":false,"chat":false,"stage":false,"max_join_limit":100}""",
            (string?)claims["metadata"]);
    }

    [Fact]
    public async Task The_host_joins_as_host_and_takes_no_place()
    {
        var path = await _house.Alice.NewLiveSession(presetMore: ", \"max_join_limit\": 1");

        var host = Claims((await _house.Alice.Post($"{path}/join")).Is(HttpStatusCode.OK).Data);
        (await _house.Viewer(1).Post($"{path}/join")).Is(HttpStatusCode.OK);

        Assert.True((bool)host["video"]!["roomAdmin"]!);
    }

    [Fact]
    public async Task Another_host_of_the_account_is_a_co_host_where_the_preset_has_such()
    {
        var with = await _house.Alice.NewLiveSession();
        var without = await _house.Alice.NewLiveSession(presetMore: ", \"host_add_co_host\": false");

        var coHost = Claims((await _house.Bob.Post($"{with}/join")).Is(HttpStatusCode.OK).Data);
        var viewer = Claims((await _house.Bob.Post($"{without}/join")).Is(HttpStatusCode.OK).Data);

        Assert.StartsWith("cohost_", (string?)coHost["sub"], StringComparison.Ordinal);
        Assert.Equal((true, null), ((bool)coHost["video"]!["canPublish"]!, coHost["video"]!["roomAdmin"]));
        Assert.StartsWith("viewer_", (string?)viewer["sub"], StringComparison.Ordinal);
        Assert.False((bool)viewer["video"]!["canPublish"]!);
    }

    [Fact]
    public async Task A_monitor_watches_unseen()
    {
        var path = await _house.Alice.NewLiveSession();

        var monitor = (await _house.Alice.Get($"{path}/monitor")).Is(HttpStatusCode.OK).Data;

        AssertGrant(
            $$"""
            {"room": "{{path[10..]}}", "roomJoin": true, "canPublish": false, "canSubscribe": true,
             "canPublishData": false, "hidden": true}
            """,
            Claims(monitor));
        (await _house.Viewer(1).Get($"{path}/monitor")).IsError(HttpStatusCode.Forbidden, "host_only");
        (await _house.Bob.Get($"{path}/monitor")).IsError(HttpStatusCode.Forbidden, "not_the_host");
    }

    [Fact]
    public async Task Of_many_who_join_at_once_as_many_get_in_as_there_are_places()
    {
        var path = await _house.Alice.NewLiveSession(presetMore: ", \"max_join_limit\": 20");

        var joins = await Task.WhenAll(Enumerable.Range(0, 60).Select(number =>
            _house.Viewer(number).Post($"{path}/join")));

        Assert.Equal(20, joins.Count(join => join.Status == HttpStatusCode.OK));
        Assert.All(joins.Where(join => join.Status != HttpStatusCode.OK), join =>
            join.IsError(HttpStatusCode.Conflict, "join_limit_reached"));
    }

    [Fact]
    public async Task Two_processes_share_the_places()
    {
        await using var second = await LiveStreamHouse.BuildWithLiveKit(_house);
        var path = await _house.Alice.NewLiveSession(presetMore: ", \"max_join_limit\": 3");

        var joins = Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            (number % 2 == 0 ? _house : second).Viewer(number).Post($"{path}/join")));
        await Task.WhenAll(_house.WaitFor(joins), second.WaitFor(joins));

        Assert.Equal(3, (await joins).Count(join => join.Status == HttpStatusCode.OK));
    }

    [Fact]
    public async Task Whoever_has_a_place_may_join_again()
    {
        var path = await _house.Alice.NewLiveSession(presetMore: ", \"max_join_limit\": 1");
        await _house.Viewer(1).Post($"{path}/join");

        (await _house.Viewer(1).Post($"{path}/join")).Is(HttpStatusCode.OK);
        (await _house.Viewer(2).Post($"{path}/join")).IsError(HttpStatusCode.Conflict, "join_limit_reached");
    }

    [Fact]
    public async Task A_place_that_nobody_takes_is_free_again_when_its_token_has_run_out()
    {
        var path = await _house.Alice.NewLiveSession(presetMore: ", \"max_join_limit\": 1");
        await _house.Viewer(1).Post($"{path}/join");

        _house.App.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        (await _house.Viewer(2).Post($"{path}/join")).IsError(HttpStatusCode.Conflict, "join_limit_reached");
        _house.App.Clock.Advance(TimeSpan.FromTicks(1));

        (await _house.Viewer(2).Post($"{path}/join")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_raised_limit_counts_at_once_and_a_lowered_one_puts_nobody_out()
    {
        var path = await _house.Alice.NewLiveSession(presetMore: ", \"max_join_limit\": 1");
        await _house.Viewer(1).Post($"{path}/join");
        await _house.Alice.Patch($"{path}/settings", """{"max_join_limit": 2}""");
        (await _house.Viewer(2).Post($"{path}/join")).Is(HttpStatusCode.OK);

        await _house.Alice.Patch($"{path}/settings", """{"max_join_limit": 1}""");

        (await _house.Viewer(3).Post($"{path}/join")).IsError(HttpStatusCode.Conflict, "join_limit_reached");
    }

    private static JsonNode Claims(JsonNode joined) =>
        JwtParts.Claims((string)joined["livekit_token"]!, LiveStreamHouse.ApiSecret)!;

    private static void AssertGrant(string expected, JsonNode claims) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), claims["video"]), claims.ToJsonString());
}
