using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>How long what happens in a session is kept.</summary>
public sealed class RetentionTests : ConversationTest
{
    [Fact]
    public async Task What_is_older_than_the_retention_is_gone_from_history_and_streams_go_on_behind_it()
    {
        var id = await Session("120s");
        await Alice.Publish(id, "alice", "1");
        await Alice.Publish(id, "alice", "2");
        App.Clock.Advance(TimeSpan.FromSeconds(60));
        await Alice.Publish(id, "alice", "3");
        App.Clock.Advance(TimeSpan.FromSeconds(60));

        using var reading = await EventReading.Open(Alice.Http, id);

        Assert.Equal(3, (int)(await Next(reading))["event"]!["sequence"]!);
        await App.Sweep();
        Assert.Equal([3], Sequences((await Alice.Get($"{id}/messages")).Is(HttpStatusCode.OK).Body!));
    }

    [Fact]
    public async Task A_reader_of_a_session_whose_whole_log_is_forgotten_is_told_what_comes()
    {
        var id = await Session("60s");
        await Alice.Publish(id, "alice", "1");
        App.Clock.Advance(TimeSpan.FromSeconds(60));
        using var reading = await EventReading.Open(Alice.Http, id);
        Assert.Equal("HEARTBEAT", (string)(await Next(reading))["event"]!["type"]!);

        await Alice.Publish(id, "alice", "2");

        Assert.Equal(2, (int)(await Next(reading))["message"]!);
    }

    [Fact]
    public async Task An_update_of_the_retention_counts_for_what_happens_from_then_on_and_the_end_is_kept()
    {
        var id = await Alice.New();
        await Alice.Publish(id, "alice", "1");
        (await Alice.Patch(id, """{"options": {"retention": "60s"}}""")).Is(HttpStatusCode.OK);
        await Alice.Publish(id, "alice", "2");
        App.Clock.Advance(TimeSpan.FromSeconds(60));
        (await Alice.Patch(id, """{"options": {"retention": "3600s"}}""")).Is(HttpStatusCode.OK);
        await Alice.Publish(id, "alice", "3");
        App.Clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal([1, 5], Sequences((await Alice.Get($"{id}/messages")).Is(HttpStatusCode.OK).Body!));
        Assert.Equal(["MESSAGE", "UPDATED", "MESSAGE"], await EventReading.Types(App, Alice, id));
    }

    [Theory]
    [InlineData("\"59s\"")]
    [InlineData("\"1d\"")]
    [InlineData("60")]
    public async Task A_retention_that_is_none_is_INVALID_ARGUMENT(string retention) =>
        (await Alice.Post("", ConversationClient.Body(
            ("options", new JsonObject { ["retention"] = JsonNode.Parse(retention) }))))
            .IsError(3, "INVALID_FIELD", "options.retention");

    private Task<string> Session(string retention) =>
        Alice.New(null, ("options", new JsonObject { ["retention"] = retention }));

    private async Task<JsonNode> Next(EventReading reading) => (await App.Clock.AdvanceUntil(reading.Next()))!;

    private static IEnumerable<int> Sequences(JsonNode page) =>
        page["messages"]!.AsArray().Select(message => (int)message!["event"]!["sequence"]!);
}
