using System.Net;
using Sessions.Hosting;

namespace Sessions.Tests.LiveStream;

/// <summary>What LiveKit did not tell is found out: where it and we disagree, it is right.</summary>
public sealed class ReconciliationTests : LiveTest
{
    private const string Limit = ", \"max_join_limit\": 1";

    [Fact]
    public async Task Viewers_are_counted_right_within_a_minute_though_nothing_is_told()
    {
        LoseWebhooks();
        var path = await House.Alice.NewLiveSession();
        var first = await Enter(House.Viewer(1), path);
        await Enter(House.Viewer(2), path);
        Assert.Equal(0, await ViewersOf(path));

        await Minute();
        Assert.Equal(2, await ViewersOf(path));
        World.Leave(path[10..], first.Identity);
        await Minute();

        Assert.Equal(1, await ViewersOf(path));
        Assert.Equal(2, (int)(await Session(path))["max_viewers"]!);
    }

    [Fact]
    public async Task A_full_room_is_looked_at_before_somebody_is_turned_away()
    {
        var path = await House.Alice.NewLiveSession(presetMore: Limit);
        var first = await Enter(House.Viewer(1), path);
        await House.Told();
        LoseWebhooks();
        World.Leave(path[10..], first.Identity);

        (await House.Viewer(2).Post($"{path}/join")).Is(HttpStatusCode.OK);

        (await House.Viewer(3).Post($"{path}/join")).IsError(HttpStatusCode.Conflict, "join_limit_reached");
    }

    [Fact]
    public async Task However_many_are_turned_away_LiveKit_is_asked_once_in_five_seconds()
    {
        var path = await House.Alice.NewLiveSession(presetMore: Limit);
        await Enter(House.Viewer(0), path);
        await House.Told();
        var before = LiveKit.Calls.Count;

        await Task.WhenAll(Enumerable.Range(1, 30).Select(number => House.Viewer(number).Post($"{path}/join")));

        Assert.InRange(LiveKit.Calls.Count - before, 1, 4);
    }

    [Fact]
    public async Task A_room_made_anew_is_followed_though_its_joins_were_not_told()
    {
        var path = await House.Alice.NewLiveSession();
        await Enter(House.Viewer(1), path);
        await House.Told();
        LoseWebhooks();
        World.Restart();
        await Enter(House.Viewer(2), path);
        await Enter(House.Viewer(3), path);

        await Minute();

        Assert.Equal(2, await ViewersOf(path));
        Assert.Equal("live", await StatusOf(path));
        LiveKit.Post.Decide = _ => Fate.Arrives;
        await Enter(House.Viewer(4), path);
        await House.Told();
        Assert.Equal(3, await ViewersOf(path));
    }

    [Fact]
    public async Task A_session_whose_room_is_gone_and_stays_gone_ends_and_says_why()
    {
        LoseWebhooks();
        var room = await House.Alice.NewRoom();
        var path = await House.Alice.NewLiveSession(room);
        await Enter(House.Viewer(1), path);
        World.Close(path[10..]);

        await Minute();
        Assert.Equal(("live", 0), (await StatusOf(path), await ViewersOf(path)));
        await Minute();

        Assert.Equal("ended", await StatusOf(path));
        Assert.Null((await House.Alice.Get(room)).Data["active_session_id"]);
        Assert.Empty(LiveKit.Ingresses);
        var operated = await House.Alice.Get($"/operator/sessions/live-stream~{path[10..]}");
        Assert.Equal("room_gone", (string?)operated.Is(HttpStatusCode.OK).Body!["closedReason"]);
    }

    [Fact]
    public async Task A_room_that_comes_back_in_time_is_the_sessions()
    {
        LoseWebhooks();
        var path = await House.Alice.NewLiveSession();
        World.Restart();
        await Minute();
        await Enter(House.Alice, path);

        await Minute();
        await Minute();

        Assert.Equal("live", await StatusOf(path));
    }

    [Fact]
    public async Task A_start_of_a_live_session_whose_room_and_ingress_are_gone_makes_both_anew()
    {
        var path = await House.Alice.NewSession();
        var first = (await House.Alice.Post($"{path}/start")).Data;
        World.Restart();
        World.Ingresses.Clear();

        var again = (await House.Alice.Post($"{path}/start")).Is(HttpStatusCode.OK).Data;

        var ingress = Assert.Single(LiveKit.Ingresses.Values);
        Assert.NotEqual((string?)first["whip_url"], (string?)again["whip_url"]);
        Assert.EndsWith(ingress.StreamKey, (string?)again["whip_url"], StringComparison.Ordinal);
        Assert.Equal(path[10..], Assert.Single(LiveKit.Rooms).Key);
        await Minute();
        Assert.Equal("live", await StatusOf(path));
        Assert.Single(LiveKit.Ingresses);
    }

    [Fact]
    public async Task Of_many_starts_that_find_the_ingress_gone_one_makes_it_anew()
    {
        var path = await House.Alice.NewLiveSession();
        World.Ingresses.Clear();

        var starts = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => House.Alice.Post($"{path}/start")));

        Assert.Single(LiveKit.Ingresses);
        var urls = starts.Where(start => start.Status == HttpStatusCode.OK).Select(start =>
            (string)start.Data["whip_url"]!);
        Assert.EndsWith(
            LiveKit.Ingresses.Values.Single().StreamKey, Assert.Single(urls.Distinct()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ingress_that_is_gone_is_told_by_the_health_of_the_stream()
    {
        var path = await House.Alice.NewLiveSession();
        World.Ingresses.Clear();

        Assert.Equal("gone", (string?)(await House.Alice.Get($"{path}/stream_health")).Data["ingress_status"]);
    }

    [Fact]
    public async Task What_a_start_that_died_has_left_beside_the_ingress_is_taken_away()
    {
        var path = await House.Alice.NewLiveSession();
        var own = LiveKit.Ingresses.Keys.Single();
        World.AddIngress(path[10..], isRtmp: false, "ingress_stray", "", enabled: true);

        await Minute();

        Assert.Equal(own, Assert.Single(LiveKit.Ingresses.Keys));
    }

    [Fact]
    public async Task A_round_asks_for_each_kind_once_for_all_accounts_and_writes_nothing_where_all_is_well()
    {
        for (var number = 0; number < 5; number++)
        {
            await House.Alice.NewLiveSession();
            await House.Oscar.NewLiveSession();
        }

        await House.Reconcile();
        var before = LiveKit.Calls.Count;

        var calls = await House.App.Store.CallsOf(House.Reconcile);

        var asked = LiveKit.Calls.Skip(before).Select(call => call.Method).Where(method =>
            method != "RoomService/ListParticipants");
        Assert.Equal(
            ["Egress/ListEgress", "Ingress/ListIngress", "RoomService/ListRooms"],
            asked.Order(StringComparer.Ordinal));

        // A list for each account, and each session is read with its room.
        Assert.Equal(2 + (10 * 2), calls);
    }

    [Fact]
    public async Task Lists_that_come_in_pages_are_read_to_their_end()
    {
        World.PageSize = 2;
        List<string> paths = [];
        for (var number = 0; number < 5; number++)
        {
            paths.Add(await House.Alice.NewLiveSession());
            (await House.Alice.Post($"{paths[^1]}/ensure_hls_egress")).Is(HttpStatusCode.OK);
            World.Activate(LiveKit.Egresses.Values.Last());
        }

        await House.Reconcile();

        foreach (var path in paths)
        {
            var health = (await House.Alice.Get($"{path}/stream_health")).Data;
            Assert.Equal(
                ("ENDPOINT_INACTIVE", "EGRESS_ACTIVE"),
                ((string?)health["ingress_status"], (string?)health["egress_status"]));
        }
    }

    [Fact]
    public async Task Rooms_that_are_nobodys_we_know_are_left_alone()
    {
        World.Open("another app's");
        World.Open(Guid.NewGuid().ToString());

        await House.Reconcile();

        Assert.Equal(2, LiveKit.Rooms.Count);
    }

    [Fact]
    public async Task A_LiveKit_that_does_not_answer_changes_nothing()
    {
        var path = await House.Alice.NewLiveSession();
        await Enter(House.Viewer(1), path);
        await House.Told();
        LiveKit.BeDown();

        for (var minute = 0; minute < 5; minute++)
        {
            await Minute();
        }

        Assert.Equal(("live", 1), (await StatusOf(path), await ViewersOf(path)));
    }

    [Fact]
    public async Task A_process_that_starts_looks_at_once()
    {
        LoseWebhooks();
        var path = await House.Alice.NewLiveSession();
        await Enter(House.Viewer(1), path);
        Assert.True(FunctionDeclaration.Own.Single(own => own.Name == "LiveStream_Reconcile").Timer!.RunOnStartup);

        await using var second = await LiveStreamHouse.BuildWithLiveKit(House);

        for (var glance = 0; glance < 2000 && await ViewersOf(path) == 0; glance++)
        {
            await Task.Yield();
        }

        Assert.Equal(1, await ViewersOf(path));
    }
}
