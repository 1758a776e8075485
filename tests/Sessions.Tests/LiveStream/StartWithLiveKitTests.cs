using System.Net;
using Microsoft.AspNetCore.Http;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

/// <summary>Starts with a LiveKit server, which does what it is asked or not.</summary>
public sealed class StartWithLiveKitTests : IAsyncLifetime
{
    private const string CreateRoom = "RoomService/CreateRoom";
    private const string DeleteRoom = "RoomService/DeleteRoom";
    private const string CreateIngress = "Ingress/CreateIngress";

    private LiveStreamHouse _house = null!;

    public async Task InitializeAsync() => _house = await LiveStreamHouse.BuildWithLiveKit();

    public async Task DisposeAsync()
    {
        Assert.Empty(_house.LiveKit.Broken);
        await _house.DisposeAsync();
    }

    [Theory]
    [InlineData("rtmp", "RTMP_INPUT")]
    [InlineData("webcam", "WHIP_INPUT")]
    public async Task A_start_asks_for_one_room_and_one_ingress(string mode, string input)
    {
        var path = await _house.Alice.NewSession(more: $", \"mode\": \"{mode}\"");

        var started = (await _house.Alice.Post($"{path}/start")).Is(HttpStatusCode.OK).Data;

        string[] deeds = mode == "rtmp"
            ? [CreateIngress, CreateRoom, "Ingress/UpdateIngress"]
            : [CreateRoom, CreateIngress];
        Assert.Equal(deeds, _house.LiveKit.Deeds.Select(call => call.Method));
        var asked = _house.LiveKit.Deeds.Single(call => call.Method == CreateIngress).Body;
        Assert.Equal(input, (string?)asked["inputType"]);
        Assert.Equal(path[10..], (string?)asked["roomName"]);
        Assert.Equal($"ingress_{path[10..]}", (string?)asked["participantIdentity"]);
        var (id, ingress) = Assert.Single(_house.LiveKit.Ingresses);
        if (mode == "rtmp")
        {
            Assert.Equal(
                (id, "rtmp://lk.test/x", ingress.StreamKey),
                ((string?)started["rtmp"]!["ingress_id"], (string?)started["rtmp"]!["url"],
                    (string?)started["rtmp"]!["stream_key"]));
        }
        else
        {
            Assert.Equal($"https://lk.test/w/{ingress.StreamKey}", (string?)started["whip_url"]);
        }
    }

    [Fact]
    public async Task Fifty_starts_of_one_session_at_once_make_one_ingress()
    {
        var path = await _house.Alice.NewSession(more: ", \"mode\": \"rtmp\"");

        var starts = Enumerable.Range(0, 50).Select(_ => _house.Alice.Post($"{path}/start")).ToArray();
        await Task.WhenAny(starts);
        await _house.MoveUntil(Task.WhenAll(starts));

        Assert.Single((await Task.WhenAll(starts)).Select(start =>
            start.Is(HttpStatusCode.OK).Data["rtmp"]!.ToJsonString()).Distinct());
        Assert.Single(_house.LiveKit.Ingresses);
        Assert.Equal((1, 1), (_house.LiveKit.Count(CreateRoom), _house.LiveKit.Count(CreateIngress)));
    }

    [Fact]
    public async Task Starts_in_two_processes_make_one_ingress()
    {
        await using var second = await LiveStreamHouse.BuildWithLiveKit(_house);
        var path = await _house.Alice.NewSession();
        using var open = new SemaphoreSlim(0);
        _house.LiveKit.Misbehave(CreateIngress, async (_, deed) =>
        {
            await open.WaitAsync();
            await deed();
        });

        var first = _house.Alice.Post($"{path}/start");
        await Expect.Soon(() => Task.FromResult(_house.LiveKit.Count(CreateIngress) == 1));
        var other = second.Alice.Post($"{path}/start");
        open.Release();
        await first;
        await second.MoveUntil(other);

        Assert.Equal(
            (string?)(await first).Is(HttpStatusCode.OK).Data["whip_url"],
            (string?)(await other).Is(HttpStatusCode.OK).Data["whip_url"]);
        Assert.Single(_house.LiveKit.Ingresses);
    }

    [Theory]
    [InlineData(CreateRoom)]
    [InlineData(CreateIngress)]
    public async Task A_refused_start_leaves_nothing_behind_on_either_side(string method)
    {
        var room = await _house.Alice.NewRoom();
        var path = await _house.Alice.NewSession(room);
        var before = (await _house.Alice.Get(path)).Data.ToJsonString();
        _house.LiveKit.Misbehave(method, (context, _) => LiveKitStandIn.Fail(context, 429, "resource_exhausted"));

        var refused = (await _house.Alice.Post($"{path}/start")).IsError(HttpStatusCode.BadGateway, "livekit_refused");

        Assert.Contains("resource_exhausted", refused["error"], StringComparison.Ordinal);
        await NothingIsLeft(room);
        Assert.Equal(before, (await _house.Alice.Get(path)).Data.ToJsonString());
        (await _house.Alice.Delete(path)).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(CreateRoom, "fail")]
    [InlineData(CreateRoom, "disconnect")]
    [InlineData(CreateRoom, "hang")]
    [InlineData(CreateIngress, "fail")]
    [InlineData(CreateIngress, "disconnect")]
    [InlineData(CreateIngress, "hang")]
    public async Task A_start_whose_answer_is_lost_is_taken_back_even_when_it_happened(string method, string how)
    {
        var room = await _house.Alice.NewRoom();
        var path = await _house.Alice.NewSession(room);
        _house.LiveKit.Misbehave(method, async (context, deed) =>
        {
            var body = context.Response.Body;
            context.Response.Body = Stream.Null;
            await deed();
            context.Response.Body = body;
            await Lose(context, how);
        });

        var start = _house.Alice.Post($"{path}/start");
        if (how == "hang")
        {
            var made = () => method == CreateRoom ? _house.LiveKit.Rooms.Count : _house.LiveKit.Ingresses.Count;
            await Expect.Soon(() => Task.FromResult(made() == 1));
            _house.App.Clock.Advance(TimeSpan.FromSeconds(3));
        }

        (await start).IsError(HttpStatusCode.ServiceUnavailable, "livekit_unavailable");
        Assert.Equal("5", (await start).Headers["Retry-After"]);
        _house.LiveKit.Behave();
        if (how == "hang")
        {
            // The caller has waited long enough: the timer takes it back.
            Assert.Null((await _house.Alice.Get(room)).Data["active_session_id"]);
            await _house.Pass(TimeSpan.FromMinutes(1));
        }

        await NothingIsLeft(room);
        (await _house.Alice.Post($"{path}/start")).Is(HttpStatusCode.OK);
        Assert.Single(_house.LiveKit.Ingresses);
    }

    [Fact]
    public async Task An_ingress_that_comes_late_is_taken_back_by_the_timer()
    {
        var path = await _house.Alice.NewSession();
        _house.LiveKit.Misbehave(CreateIngress, (context, _) => LiveKitStandIn.Fail(context, 503, "unavailable"));
        await _house.Alice.Post($"{path}/start");
        _house.LiveKit.Behave();
        _house.LiveKit.World.AddIngress(path[10..], isRtmp: false, "ingress_late", "Alice", enabled: true);

        await _house.App.Sweep();
        Assert.Single(_house.LiveKit.Ingresses);
        _house.App.Clock.Advance(TimeSpan.FromMinutes(1));
        await _house.App.Sweep();

        Assert.Empty(_house.LiveKit.Ingresses);
        (await _house.Alice.Delete(path)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task After_a_crash_between_the_two_sides_the_timer_clears_up()
    {
        var room = await _house.Alice.NewRoom();
        var path = await Crash(room);

        _house.App.Clock.Advance(TimeSpan.FromSeconds(44));
        await _house.App.Sweep();
        Assert.Single(_house.LiveKit.Ingresses);
        (await _house.Alice.Delete(room)).IsError(HttpStatusCode.Conflict, "room_live");
        (await _house.Alice.Delete(path)).IsError(HttpStatusCode.Conflict, "start_in_progress");
        _house.App.Clock.Advance(TimeSpan.FromSeconds(1));
        await _house.App.Sweep();

        await NothingIsLeft(room);
        Assert.Equal("scheduled", (string?)(await _house.Alice.Get(path)).Data["status"]);
        Assert.Equal(0, await _house.App.Sweep());
    }

    [Fact]
    public async Task After_a_crash_between_the_two_sides_the_next_start_clears_up()
    {
        var path = await Crash(await _house.Alice.NewRoom());
        _house.App.Clock.Advance(TimeSpan.FromSeconds(46));

        (await _house.Alice.Post($"{path}/start")).Is(HttpStatusCode.OK);

        Assert.Single(_house.LiveKit.Ingresses);
        _house.App.Clock.Advance(TimeSpan.FromMinutes(2));
        await _house.App.Sweep();
        Assert.Single(_house.LiveKit.Ingresses);
        Assert.Single(_house.LiveKit.Rooms);
    }

    [Fact]
    public async Task A_session_that_the_operator_closes_amid_its_start_does_not_go_live()
    {
        var room = await _house.Alice.NewRoom();
        var path = await _house.Alice.NewSession(room);
        _house.LiveKit.Misbehave(CreateIngress, async (_, deed) =>
        {
            await _house.Alice.Post($"/operator/sessions/live-stream~{path[10..]}/close");
            await deed();
        });

        (await _house.Alice.Post($"{path}/start")).IsError(HttpStatusCode.ServiceUnavailable, "start_failed");

        Assert.Equal("ended", (string?)(await _house.Alice.Get(path)).Data["status"]);
        _house.App.Clock.Advance(TimeSpan.FromMinutes(1));
        await _house.App.Sweep();
        await NothingIsLeft(room);
    }

    [Fact]
    public async Task A_start_waits_while_the_room_that_LiveKit_had_before_is_taken_back()
    {
        var path = await _house.Alice.NewSession(await _house.Alice.NewRoom());
        Task<ApiReply>? start = null;
        _house.LiveKit.Misbehave(DeleteRoom, async (_, deed) =>
        {
            _house.LiveKit.Behave();
            start = _house.Alice.Post($"{path}/start");
            await deed();
        });

        // For whoever comes with a token.
        _house.LiveKit.World.Do(world => world.Open(path[10..]));
        await _house.Told();

        // It looks again now and then; what LiveKit then takes to answer is not of this clock, so that moves slowly.
        while (!start!.IsCompleted)
        {
            _house.App.Clock.Advance(TimeSpan.FromSeconds(0.05));
            await Task.WhenAny(start, Task.Delay(TimeSpan.FromSeconds(0.05)));
        }

        (await start).Is(HttpStatusCode.OK);
        Assert.Single(_house.LiveKit.Rooms);
        Assert.Single(_house.LiveKit.Ingresses);
        Assert.Equal("live", (string?)(await _house.Alice.Get(path)).Data["status"]);
    }

    private static async Task Lose(HttpContext context, string how)
    {
        if (how == "hang")
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else if (how == "disconnect")
        {
            context.Abort();
        }
        else
        {
            await LiveKitStandIn.Fail(context, 500, "internal");
        }
    }

    private async Task NothingIsLeft(string room)
    {
        Assert.Empty(_house.LiveKit.Ingresses);
        Assert.Empty(_house.LiveKit.Rooms);
        Assert.Null((await _house.Alice.Get(room)).Data["active_session_id"]);
    }

    /// <summary>A start whose process dies when LiveKit has made the ingress: its store answers no more.</summary>
    private async Task<string> Crash(string room)
    {
        var path = await _house.Alice.NewSession(room);
        _house.LiveKit.Misbehave(CreateIngress, async (_, deed) =>
        {
            _house.App.Store.Down = true;
            await deed();
        });
        (await _house.Alice.Post($"{path}/start")).IsError(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        _house.App.Store.Down = false;
        _house.LiveKit.Behave();
        Assert.Single(_house.LiveKit.Ingresses);
        return path;
    }
}
