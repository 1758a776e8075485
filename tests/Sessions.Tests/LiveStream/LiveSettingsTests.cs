using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.LiveStream;

/// <summary>Settings that change while live reach those who are in.</summary>
public sealed class LiveSettingsTests : LiveTest
{
    [Fact]
    public async Task Chat_goes_off_and_on_for_those_inside()
    {
        var path = await House.Alice.NewLiveSession();
        var (host, viewer) = (await Enter(House.Alice, path), await Enter(House.Viewer(1), path));

        await Set(path, """{"chat_enabled": false}""");
        Assert.Equal((true, false), (May(host, "can_publish_data"), May(viewer, "can_publish_data")));
        Assert.Equal(
            """{"role":"viewer","stage_requests":true,"chat":false,"stage":true,"max_join_limit":100}""",
            viewer.Metadata);
        await Set(path, """{"chat_enabled": null}""");

        Assert.True(May(viewer, "can_publish_data"));
    }

    [Fact]
    public async Task Without_a_stage_nobody_stands_on_it()
    {
        var path = await House.Alice.NewLiveSession();
        var speaker = await Enter(House.Of("speaker"), path);
        var raised = await Enter(House.Viewer(1), path);
        raised.Permission["can_publish"] = true;

        await Set(path, """{"chat_enabled": false}""");
        Assert.Equal((true, true), (May(speaker, "can_publish"), May(raised, "can_publish")));
        await Set(path, """{"stage_enabled": false}""");

        Assert.Equal((false, false), (May(speaker, "can_publish"), May(raised, "can_publish")));
        Assert.Empty(speaker.Permission["can_publish_sources"]!.AsArray());
    }

    [Fact]
    public async Task A_limit_is_told_and_puts_nobody_out()
    {
        var path = await House.Alice.NewLiveSession();
        var viewers = new[] { await Enter(House.Viewer(1), path), await Enter(House.Viewer(2), path) };
        await House.Told();

        await Set(path, """{"max_join_limit": 1}""");

        Assert.All(viewers, viewer => Assert.Equal(1, (int)JsonNode.Parse(viewer.Metadata)!["max_join_limit"]!));
        Assert.Equal(2, await ViewersOf(path));
        (await House.Viewer(3).Post($"{path}/join")).IsError(HttpStatusCode.Conflict, "join_limit_reached");
    }

    [Fact]
    public async Task Nobody_is_told_when_nothing_changed_or_nobody_is_live()
    {
        var scheduled = await House.Alice.NewSession();
        await Set(scheduled, """{"chat_enabled": false}""");
        var live = await House.Alice.NewLiveSession();
        await Enter(House.Viewer(1), live);

        await Set(live, """{"chat_enabled": true}""");

        Assert.Equal(0, LiveKit.Count("RoomService/UpdateParticipant"));
        Assert.Equal(0, LiveKit.Count("RoomService/ListParticipants"));
    }

    [Fact]
    public async Task What_LiveKit_did_not_take_is_told_by_the_timer()
    {
        var path = await House.Alice.NewLiveSession();
        var viewer = await Enter(House.Viewer(1), path);
        LiveKit.BeDown();
        await Set(path, """{"chat_enabled": false}""");
        LiveKit.Behave();

        await Minute();

        Assert.False(May(viewer, "can_publish_data"));
        var told = LiveKit.Count("RoomService/UpdateParticipant");
        await Minute();
        Assert.Equal(told, LiveKit.Count("RoomService/UpdateParticipant"));
    }

    private async Task Set(string path, string settings) =>
        (await House.Alice.Patch($"{path}/settings", settings)).Is(HttpStatusCode.OK);

    private static bool May(StandInParticipant who, string what) => (bool)who.Permission[what]!;
}
