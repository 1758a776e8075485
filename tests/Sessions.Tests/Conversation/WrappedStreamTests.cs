using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>Streams as grpc-gateway writes them, for its clients.</summary>
public sealed class WrappedStreamTests : ConversationTest
{
    [Fact]
    public async Task Each_line_is_a_result_and_nothing_else_is_sent()
    {
        var id = await Alice.New();
        await Alice.Publish(id, "alice", "\"one\"");
        using var reading = await EventReading.Open(Alice.Http, id, "?wrap=result");
        var first = await reading.Next();
        var second = reading.Next();
        for (var i = 0; i < 40; i++)
        {
            App.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(second, Task.Delay(1));
        }

        Assert.False(second.IsCompleted);
        await Alice.Publish(id, "alice", "\"two\"");
        await Alice.Delete(id);

        Assert.Equal("application/json", reading.ContentType);
        Assert.Equal(["result"], first!.AsObject().Select(member => member.Key));
        Assert.Equal("one", (string)first["result"]!["message"]!);
        Assert.Equal("two", (string)(await App.Clock.AdvanceUntil(second))!["result"]!["message"]!);
        Assert.Equal("ENDED", (string)(await App.Clock.AdvanceUntil(reading.Next()))!["result"]!["event"]!["type"]!);
        Assert.Null(await reading.Line());
    }

    [Fact]
    public async Task One_that_takes_too_long_says_where_to_go_on_all_the_same()
    {
        var id = await Alice.New();
        await Alice.Publish(id, "alice", "1");
        using var reading = await EventReading.Open(Alice.Http, id, "?wrap=result");
        await reading.Next();

        Assert.Equal(
            """{"result":{"event":{"sequence":1,"type":"RESUME"}}}""",
            await App.Clock.AdvanceUntil(reading.Line()));
    }

    [Theory]
    [InlineData("results")]
    [InlineData("Result")]
    [InlineData("result&wrap=result")]
    public async Task There_is_no_other_way(string wrap) =>
        (await Alice.Get($"{await Alice.New()}/events?wrap={wrap}")).IsError(3, "INVALID_FIELD", "wrap");
}
