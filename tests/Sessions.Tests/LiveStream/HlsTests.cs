using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.LiveStream;

/// <summary>HLS that can be watched: its address is right, and there only while there is something to watch.</summary>
public sealed class HlsTests : LiveTest
{
    [Fact]
    public async Task Its_address_is_said_as_soon_as_the_egress_is_active_though_LiveKit_names_no_place()
    {
        var (path, egress) = await NewHls();
        Assert.Null((await Session(path))["hls_url"]);

        World.Activate(egress);
        await House.Told();

        Assert.Equal($"{LiveStreamHouse.HlsBaseUrl}/{egress.File}", (string?)(await Session(path))["hls_url"]);
        Assert.StartsWith($"{path[10..]}/", egress.File, StringComparison.Ordinal);
        Assert.EndsWith("/index.m3u8", egress.File, StringComparison.Ordinal);
        var again = (await House.Alice.Post($"{path}/ensure_hls_egress")).Data;
        Assert.Equal($"{LiveStreamHouse.HlsBaseUrl}/{egress.File}", (string?)again["hls_url"]);
    }

    [Fact]
    public async Task A_failure_clears_the_address_keeps_LiveKits_words_and_is_made_good_under_a_new_name()
    {
        var (path, egress) = await NewHls();
        World.Activate(egress);
        World.EndEgress(egress, "EGRESS_FAILED", "upload failed: no such bucket");
        await House.Told();

        Assert.Null((await Session(path))["hls_url"]);
        var health = (await House.Alice.Get($"{path}/stream_health")).Data;
        Assert.Equal(
            ("EGRESS_FAILED", "upload failed: no such bucket"),
            ((string?)health["egress_status"], (string?)health["egress_error"]));
        await House.Reconcile();

        var next = Running();
        Assert.NotEqual(egress.File, next.File);
        World.Activate(next);
        await House.Told();
        Assert.EndsWith(next.File, (string?)(await Session(path))["hls_url"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_events_that_come_late_or_twice_none_brings_a_dead_address_back()
    {
        var (path, egress) = await NewHls();
        World.Activate(egress);
        World.EndEgress(egress, "EGRESS_ABORTED", "gone");
        await House.Told();

        foreach (var told in LiveKit.Post.Told.ToList())
        {
            await LiveKit.Post.Send(House.Anyone, told.ToJsonString());
        }

        Assert.Null((await Session(path))["hls_url"]);
    }

    [Fact]
    public async Task A_failure_that_nobody_told_of_is_found_out_within_a_minute()
    {
        var (path, egress) = await NewHls();
        World.Activate(egress);
        await House.Told();
        LoseWebhooks();
        World.EndEgress(egress, "EGRESS_FAILED", "process failed");

        await Minute();

        Assert.Null((await Session(path))["hls_url"]);
        Assert.NotEqual(egress, Running());
        World.Activate(Running());
        await Minute();
        Assert.EndsWith(Running().File, (string?)(await Session(path))["hls_url"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pauses_between_tries_grow()
    {
        await NewHls();
        List<int> minutes = [];
        for (var minute = 0; minute < 40; minute++)
        {
            foreach (var running in LiveKit.Egresses.Values.Where(egress => !egress.IsOver).ToList())
            {
                minutes.Add(minute);
                World.EndEgress(running, "EGRESS_FAILED", "again");
            }

            await House.Told();
            await Minute();
        }

        Assert.Equal([0, 1, 2, 4, 8, 16, 31], minutes);
    }

    [Fact]
    public async Task After_a_good_end_the_playlist_stays_and_after_a_bad_one_it_does_not()
    {
        var (good, first) = await NewHls();
        var (bad, second) = await NewHls();
        World.Activate(first);
        World.Activate(second);
        await House.Told();
        await House.Alice.Post($"{good}/end");
        World.EndEgress(second, "EGRESS_FAILED", "upload failed");
        LoseWebhooks();
        await House.Alice.Post($"{bad}/end");
        await House.Told();
        await Minute();

        Assert.EndsWith(first.File, (string?)(await Session(good))["hls_url"], StringComparison.Ordinal);
        Assert.Null((await Session(bad))["hls_url"]);
    }

    [Fact]
    public async Task An_end_that_nobody_told_of_is_asked_for_after_the_session()
    {
        var (path, egress) = await NewHls();
        World.Activate(egress);
        await House.Told();
        LoseWebhooks();
        await House.Alice.Post($"{path}/end");
        Assert.Equal("EGRESS_ACTIVE", await EgressStatus(path));

        await Minute();

        Assert.Equal("EGRESS_COMPLETE", await EgressStatus(path));
        Assert.EndsWith(egress.File, (string?)(await Session(path))["hls_url"], StringComparison.Ordinal);
        Assert.Equal(0, await House.App.Sweep());
    }

    [Theory]
    [InlineData("LiveKit:S3:Bucket=b;LiveKit:S3:AccessKey=k;LiveKit:S3:Secret=s;LiveKit:S3:Region=r", "s3",
        """{"accessKey":"k","secret":"s","region":"r","bucket":"b"}""")]
    [InlineData("LiveKit:Azure:ContainerName=c;LiveKit:Azure:AccountName=a;LiveKit:Azure:AccountKey=k", "azure",
        """{"accountName":"a","accountKey":"k","containerName":"c"}""")]
    public async Task The_storage_goes_along_with_the_request(string settings, string field, string storage)
    {
        await using var house = await LiveStreamHouse.BuildWithLiveKit(null, [
            .. settings.Split(';').Select(setting => (setting.Split('=')[0], setting.Split('=')[1])),
        ]);
        var path = await house.Alice.NewLiveSession(presetMore: ", \"recording_enabled\": true");
        (await house.Alice.Post($"{path}/ensure_hls_egress")).Is(HttpStatusCode.OK);

        var asked = house.LiveKit.Egresses.Values.Select(egress => egress.Request).ToList();

        Assert.Equal(storage, asked[0]["fileOutputs"]![0]![field]!.ToJsonString());
        Assert.Equal(storage, asked[1]["segmentOutputs"]![0]![field]!.ToJsonString());
        Assert.Empty(house.LiveKit.Broken);
    }

    [Fact]
    public async Task Without_an_address_of_the_storage_there_is_none_of_the_playlist()
    {
        await using var house = await LiveStreamHouse.BuildWithLiveKit(null, ("LiveKit:HlsBaseUrl", ""));
        var path = await house.Alice.NewLiveSession();
        await house.Alice.Post($"{path}/ensure_hls_egress");
        house.LiveKit.World.Activate(house.LiveKit.Egresses.Values.Single());
        await house.Told();

        var health = (await house.Alice.Get($"{path}/stream_health")).Data;

        Assert.Equal(("EGRESS_ACTIVE", null), ((string?)health["egress_status"], health["hls_url"]));
    }

    [Fact]
    public async Task A_start_whose_answer_was_lost_is_adopted_and_a_second_one_stopped()
    {
        var (path, egress) = await NewHls();
        World.AddEgress(RoomOf(path), Request("segmentOutputs", "playlistName", $"{path[10..]}/x/index.m3u8"));
        World.AddEgress(RoomOf(path), Request("fileOutputs", "filepath", "mine/all.mp4"));

        await Minute();

        Assert.Equal(
            [egress.File, "mine/all.mp4"], LiveKit.Egresses.Values.Where(one => !one.IsOver).Select(one => one.File));
    }

    private static JsonObject Request(string outputs, string field, string name) => new()
    {
        [outputs] = new JsonArray(new JsonObject { [field] = name }),
    };

    private StandInEgress Running() => LiveKit.Egresses.Values.Single(egress => !egress.IsOver);

    private async Task<string?> EgressStatus(string path) =>
        (string?)(await House.Alice.Get($"{path}/stream_health")).Data["egress_status"];

    private async Task<(string Path, StandInEgress Egress)> NewHls()
    {
        var path = await House.Alice.NewLiveSession();
        var made = (await House.Alice.Post($"{path}/ensure_hls_egress")).Is(HttpStatusCode.OK).Data;
        return (path, LiveKit.Egresses[(string)made["egress_id"]!]);
    }
}
