using System.Net;

namespace Sessions.Tests.LiveStream;

/// <summary>The end is the end: nobody meets in a room whose session is over.</summary>
public sealed class EndTests : LiveTest
{
    [Fact]
    public async Task A_room_that_a_token_opens_after_the_end_is_closed_as_soon_as_LiveKit_tells()
    {
        var path = await House.Alice.NewLiveSession();
        var token = await TokenOf(House.Viewer(1), path);
        await House.Alice.Post($"{path}/end");
        World.Join(token);
        Assert.Single(LiveKit.Rooms);

        await House.Told();

        Assert.Empty(LiveKit.Rooms);
        Assert.Equal("ended", await StatusOf(path));
    }

    [Fact]
    public async Task It_is_closed_within_a_minute_when_LiveKit_does_not_tell()
    {
        var path = await House.Alice.NewLiveSession();
        var token = await TokenOf(House.Alice, path);
        await House.Alice.Post($"{path}/end");
        LoseWebhooks();
        World.Join(token);

        await Minute();

        Assert.Empty(LiveKit.Rooms);
    }

    [Fact]
    public async Task No_token_opens_it_longer_than_ten_minutes_whoever_has_it()
    {
        var path = await House.Alice.NewLiveSession();
        string[] tokens =
        [
            await TokenOf(House.Alice, path), await TokenOf(House.Bob, path), await TokenOf(House.Viewer(1), path),
            (string)(await House.Alice.Get($"{path}/monitor")).Data["livekit_token"]!,
            (string)(await House.Alice.Post($"{path}/start")).Data["livekit_token"]!,
        ];

        House.App.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.All(tokens, token => Assert.Throws<InvalidOperationException>(() => World.Join(token)));
    }

    [Fact]
    public async Task A_delete_works_while_LiveKit_is_down_and_is_finished_later()
    {
        var path = await House.Alice.NewLiveSession();
        LiveKit.BeDown();
        await House.Alice.Post($"{path}/end");

        (await House.Alice.Delete(path)).Is(HttpStatusCode.OK);

        (await House.Alice.Get(path)).IsError(HttpStatusCode.NotFound, "not_found");
        await Minute();
        Assert.Single(LiveKit.Rooms);
        LiveKit.Behave();
        await Minute();
        await Minute();
        Assert.Empty(LiveKit.Rooms);
        Assert.Empty(LiveKit.Ingresses);
    }

    [Fact]
    public async Task A_room_that_a_token_opens_after_the_delete_is_closed_when_the_token_has_run_out()
    {
        var path = await House.Alice.NewLiveSession();
        var token = await TokenOf(House.Viewer(1), path);
        await House.Alice.Post($"{path}/end");
        (await House.Alice.Delete(path)).Is(HttpStatusCode.OK);
        await Minute();
        World.Join(token);

        for (var minute = 0; minute < 10; minute++)
        {
            await Minute();
        }

        Assert.Empty(LiveKit.Rooms);
        Assert.Equal(0, await House.App.Sweep());
    }

    [Fact]
    public async Task A_room_that_is_deleted_takes_along_what_LiveKit_holds_of_its_sessions()
    {
        var room = await House.Alice.NewRoom();
        var ended = await House.Alice.NewLiveSession(room);
        LiveKit.BeDown();
        await House.Alice.Post($"{ended}/end");
        LiveKit.Behave();
        await House.Alice.NewSession(room, ", \"mode\": \"rtmp\"");
        Assert.Equal(2, LiveKit.Ingresses.Count);

        (await House.Alice.Delete(room)).Is(HttpStatusCode.OK);
        await Minute();
        await Minute();

        Assert.Empty(LiveKit.Ingresses);
        Assert.Empty(LiveKit.Rooms);
        (await House.Alice.Get(ended)).IsError(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_live_session_is_not_deleted()
    {
        var path = await House.Alice.NewLiveSession();

        (await House.Alice.Delete(path)).IsError(HttpStatusCode.Conflict, "room_live");
    }

    [Fact]
    public async Task An_end_is_told_though_the_session_is_deleted_while_LiveKit_takes_its_time()
    {
        var path = await House.Alice.NewLiveSession();
        var (asked, deleted) = (new TaskCompletionSource(), new TaskCompletionSource());
        LiveKit.Misbehave("RoomService/DeleteRoom", async (_, deed) =>
        {
            asked.TrySetResult();
            await deleted.Task;
            await deed();
        });

        var end = House.Alice.Post($"{path}/end");
        await asked.Task;
        (await House.Alice.Delete(path)).Is(HttpStatusCode.OK);
        deleted.SetResult();

        Assert.Equal("ended", (string?)(await end).Is(HttpStatusCode.OK).Data["status"]);
    }
}
