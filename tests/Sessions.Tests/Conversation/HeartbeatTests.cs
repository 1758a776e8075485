using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>What a stream says while there is nothing to tell.</summary>
public sealed class HeartbeatTests : ConversationTest
{
    [Fact]
    public async Task A_stream_that_has_nothing_to_tell_says_so_at_once_for_proxies_keep_headers_until_something_comes()
    {
        var id = await Alice.New();
        await Alice.Publish(id, "alice", "1", """, "channel": 2""");

        foreach (var query in (string[])["?after=latest", "?channel=1"])
        {
            using var reading = await EventReading.Open(Alice.Http, id, query);
            Assert.Equal("""{"event":{"sequence":1,"type":"HEARTBEAT"}}""", await reading.Line());
        }
    }

    [Fact]
    public async Task A_stream_beats_also_while_only_what_its_reader_does_not_want_happens()
    {
        var id = await Alice.New();
        using var reading = await EventReading.OpenQuiet(Alice.Http, id, "?channel=1");

        var next = reading.Next();
        while (!next.IsCompleted)
        {
            await Alice.Publish(id, "alice", "1", """, "channel": 2""");
            App.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(next, Task.Delay(1));
        }

        Assert.Equal("HEARTBEAT", (string)(await next)!["event"]!["type"]!);
    }

    [Fact]
    public async Task An_idle_stream_beats_every_45_seconds_and_says_after_215_where_to_go_on()
    {
        var id = await Alice.New();
        await Alice.Publish(id, "alice", "1");
        var begun = App.Clock.Now;
        using var reading = await EventReading.Open(Alice.Http, id);
        await Next(reading);
        var beats = 0;
        JsonNode item;
        while ((string)(item = await Next(reading))["event"]!["type"]! == "HEARTBEAT")
        {
            beats++;
        }

        Assert.Equal("""{"event":{"sequence":1,"type":"RESUME"}}""", item.ToJsonString());
        Assert.InRange(beats, 3, 4);
        Assert.InRange((App.Clock.Now - begun).TotalSeconds, 215, 229);
        Assert.Null(await reading.Next());
    }

    [Fact]
    public async Task Streams_that_were_opened_within_a_second_beat_together_on_the_whole_second_and_not_late()
    {
        App.Clock.Now = new(2026, 3, 14, 10, 0, 0, 100, TimeSpan.Zero);
        var due = App.Clock.Now.AddSeconds(44.9);
        using var first = await EventReading.OpenQuiet(Alice.Http, await Alice.New());
        App.Clock.Advance(TimeSpan.FromSeconds(0.8));
        using var second = await EventReading.OpenQuiet(Alice.Http, await Alice.New());

        await Next(first);
        var then = await second.Next().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal("HEARTBEAT", (string)then!["event"]!["type"]!);
        Assert.InRange(App.Clock.Now, due, due.AddSeconds(2));
    }

    private async Task<JsonNode> Next(EventReading reading) => (await App.Clock.AdvanceUntil(reading.Next()))!;
}
