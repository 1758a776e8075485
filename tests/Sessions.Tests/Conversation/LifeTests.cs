using System.Net;
using System.Text.Json.Nodes;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>How sessions end, and what is left of them.</summary>
public sealed class LifeTests : ConversationTest
{
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);

    [Theory]
    [InlineData(null, 3600)]
    [InlineData("600s", 600)]
    public async Task A_temporary_session_ends_its_ttl_after_its_last_activity_to_the_tick(string? ttl, int seconds)
    {
        var id = await Temporary(ttl);
        App.Clock.Advance(TimeSpan.FromSeconds(seconds) - _tick);
        Assert.Equal("ACTIVE", await StateOf(id));

        App.Clock.Advance(_tick);

        var ended = await Alice.Get(id);
        Assert.Equal("ENDED", ended["state"]);
        Assert.Equal("ttl", ended["endReason"]);
        Assert.Equal(
            App.Clock.Now, DateTimeOffset.Parse(ended["endTime"]!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("ENDED", (string)(await Alice.Get("")).Body!["sessions"]![0]!["state"]!);
        (await Alice.Publish(id, "alice", "1")).IsError(9, "SESSION_ENDED");
        (await Alice.Join(id, "alice")).IsError(9, "SESSION_ENDED");
        (await Alice.Leave(id, "alice")).IsError(9, "SESSION_ENDED");
        (await Alice.Patch(id, """{"description": "x"}""")).IsError(9, "SESSION_ENDED");
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("join")]
    [InlineData("leave")]
    [InlineData("update")]
    public async Task Activity_starts_the_time_again_whether_or_not_the_timer_has_run(string activity)
    {
        var id = await Temporary("600s");
        await Alice.Join(id, "carol");
        App.Clock.Advance(TimeSpan.FromSeconds(599));
        (await (activity switch
        {
            "publish" => Alice.Publish(id, "bob", "1"),
            "join" => Alice.Join(id, "bob"),
            "leave" => Alice.Leave(id, "carol"),
            _ => Alice.Patch(id, """{"description": "x"}"""),
        })).Is(HttpStatusCode.OK);

        App.Clock.Advance(TimeSpan.FromSeconds(599));
        Assert.Equal("ACTIVE", await StateOf(id));
        await App.Sweep();
        Assert.Equal("ACTIVE", await StateOf(id));

        App.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("ENDED", await StateOf(id));
        await App.Sweep();
        Assert.Equal("ENDED", await StateOf(id));
    }

    [Fact]
    public async Task What_a_reader_sees_of_an_end_is_what_the_timer_writes()
    {
        var id = await Temporary("60s");
        await Alice.Publish(id, "alice", "1");
        App.Clock.Advance(TimeSpan.FromMinutes(2));
        var before = await Alice.Get(id);

        await App.Sweep();

        Assert.Equal(before.Body!.ToJsonString(), (await Alice.Get(id)).Body!.ToJsonString());
        Assert.Equal(before.Headers["ETag"], (await Alice.Get(id)).Headers["ETag"]);
        Assert.Equal(["MESSAGE", "ENDED"], await EventReading.Types(App, Alice, id));
    }

    [Fact]
    public async Task A_public_session_does_not_end_by_itself_and_an_update_may_change_that()
    {
        var id = await Alice.New(null, ("options", new JsonObject { ["ttl"] = "60s" }));
        App.Clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal("ACTIVE", await StateOf(id));

        (await Alice.Patch(id, """{"sessionType": "TEMPORARY"}""")).Is(HttpStatusCode.OK);
        App.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal("ENDED", await StateOf(id));
    }

    [Fact]
    public async Task An_ended_session_is_kept_and_then_gone_with_all_that_was_in_it()
    {
        var id = await Temporary("60s");
        for (var i = 0; i < 150; i++)
        {
            await Alice.Publish(id, "alice", "1");
        }

        await Alice.Join(id, "alice");
        var partition = $"acme:conversation:{Guid.Parse((await Alice.Get(id))["uid"]!):N}";
        App.Clock.Advance(TimeSpan.FromMinutes(2));
        await App.Sweep();
        App.Clock.Advance(TimeSpan.FromDays(29));
        await App.Sweep();
        Assert.Equal("ENDED", await StateOf(id));

        App.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(2));
        await App.Sweep();

        (await Alice.Get(id)).IsError(5, "SESSION_NOT_FOUND");
        await IsEmpty(partition);
    }

    [Fact]
    public async Task A_deleted_session_leaves_nothing_behind()
    {
        var id = await Alice.New();
        await Alice.Join(id, "bob");
        await Alice.Publish(id, "alice", "1");
        var partition = $"acme:conversation:{Guid.Parse((await Alice.Get(id))["uid"]!):N}";
        await Alice.Delete(id);

        await App.Sweep();
        App.Clock.Advance(TimeSpan.FromMinutes(5));
        await App.Sweep();

        await IsEmpty(partition);
        Assert.Equal(0, await App.Sweep());
    }

    [Fact]
    public async Task Publishers_and_a_delete_at_once_leave_no_message_behind_the_end()
    {
        var id = await Alice.New();
        using var reading = await EventReading.Open(Alice.Http, id);

        var publishing = Enumerable.Range(0, 50).Select(_ => Alice.Publish(id, "alice", "1")).ToList();
        await Alice.Delete(id);
        var replies = await Task.WhenAll(publishing);

        var stored = 0;
        var type = "";
        while (type != "ENDED")
        {
            type = (string)(await App.Clock.AdvanceUntil(reading.Next()))!["event"]!["type"]!;
            stored += type == "MESSAGE" ? 1 : 0;
        }

        Assert.Null(await reading.Next());
        Assert.Equal(replies.Count(reply => reply.Status == HttpStatusCode.OK), stored);
    }

    private static (string, JsonNode?)[] TemporaryFields(string? ttl) =>
        [("sessionType", 3), ("options", ttl is null ? null : new JsonObject { ["ttl"] = ttl })];

    private Task<string> Temporary(string? ttl) => Alice.New(null, TemporaryFields(ttl));

    private async Task<string?> StateOf(string id) => (await Alice.Get(id)).Is(HttpStatusCode.OK)["state"];

    private async Task IsEmpty(string partition)
    {
        foreach (var kind in (string[])["conversation/event", "conversation/member", "conversation/log"])
        {
            var found = await App.Store.List(new(partition, kind, 10), CancellationToken.None);
            Assert.Equal(StoreOutcome.Done, found.Outcome);
            Assert.Empty(found.Value!);
        }
    }
}
