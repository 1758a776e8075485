using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

/// <summary>Many who change one thing at once and name no version: each has a turn, and nothing is lost.</summary>
public sealed class RaceTests : IAsyncLifetime
{
    private const int Writers = 64;
    private LiveStreamHouse _house = null!;

    public async Task InitializeAsync() => _house = await LiveStreamHouse.Build();

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task Every_one_of_64_updates_of_one_room_is_made()
    {
        var room = await _house.Alice.NewRoom();

        var replies = await AtOnce(number => _house.Alice.Patch(room, $$"""{"title": "Title {{number}}"}"""));

        Assert.All(replies, reply => reply.Is(HttpStatusCode.OK));
        Assert.Equal(Writers, replies.Select(reply => reply.Headers["ETag"]).Distinct().Count());
        Assert.Equal(Titles(replies), Enumerable.Range(0, Writers).Select(number => $"Title {number}"));
        Assert.Contains((await _house.Alice.Get(room)).Headers["ETag"], replies.Select(reply => reply.Headers["ETag"]));
    }

    [Fact]
    public async Task Every_one_of_64_settings_of_one_session_is_made_and_none_undoes_another()
    {
        var session = await _house.Alice.NewSession();

        var replies = await AtOnce(number => _house.Alice.Patch($"{session}/settings", (number % 3) switch
        {
            0 => """{"chat_enabled": false}""",
            1 => """{"stage_enabled": false}""",
            _ => """{"max_join_limit": 7}""",
        }));

        Assert.All(replies, reply => reply.Is(HttpStatusCode.OK));
        Assert.Equal(Writers, replies.Select(reply => reply.Headers["ETag"]).Distinct().Count());
        var after = (await _house.Alice.Get(session)).Data;
        Assert.False((bool)after["chat_enabled_override"]!);
        Assert.False((bool)after["stage_enabled_override"]!);
        Assert.Equal(7, (int)after["max_join_limit_override"]!);
    }

    [Fact]
    public async Task Two_processes_that_change_one_room_wait_for_each_other()
    {
        await using var second = await LiveStreamHouse.BuildOver(_ => _house.App.Store);
        var room = await _house.Alice.NewRoom();

        var replies = AtOnce(number =>
            (number % 2 == 0 ? _house : second).Alice.Patch(room, $$"""{"title": "Title {{number}}"}"""));
        await Task.WhenAll(_house.WaitFor(replies), second.WaitFor(replies));

        Assert.All(await replies, reply => reply.Is(HttpStatusCode.OK));
        Assert.Equal(Writers, (await replies).Select(reply => reply.Headers["ETag"]).Distinct().Count());
    }

    [Fact]
    public async Task Viewers_come_in_and_the_room_is_renamed_while_its_session_starts_and_ends()
    {
        var room = await _house.Alice.NewRoom();
        var session = await _house.Alice.NewSession(room);

        for (var round = 0; round < 5; round++)
        {
            var work = AtOnce(number => (number % 4) switch
            {
                0 => _house.Alice.Post($"{session}/start"),
                1 => _house.Alice.Patch(room, $$"""{"title": "Title {{number}}"}"""),
                2 => _house.Alice.Patch($"{session}/settings", """{"chat_enabled": false}"""),
                _ => _house.Viewer(number % 60).Post($"{session}/join"),
            });
            await _house.WaitFor(work);

            var replies = await work;
            Assert.All(replies.Where((_, number) => number % 4 < 3), reply => reply.Is(HttpStatusCode.OK));
            Assert.All(replies, reply => Assert.Contains(
                reply.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Conflict]));
            Assert.Equal(session[10..], (string?)(await _house.Alice.Get(room)).Data["active_session_id"]);
            (await _house.Alice.Post($"{session}/end")).Is(HttpStatusCode.OK);
            Assert.Null((await _house.Alice.Get(room)).Data["active_session_id"]);
            session = await _house.Alice.NewSession(room);
        }
    }

    private static async Task<ApiReply[]> AtOnce(Func<int, Task<ApiReply>> send) =>
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(number => Task.Run(() => send(number))));

    private static IEnumerable<string> Titles(ApiReply[] replies) =>
        replies.Select(reply => (string)reply.Data["title"]!);
}
