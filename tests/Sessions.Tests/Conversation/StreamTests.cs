using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>The stream of events.</summary>
public sealed class StreamTests : ConversationTest
{
    [Fact]
    public async Task Everything_that_happens_is_told_in_one_sequence()
    {
        var id = await Alice.New(null, ("sessionType", 3), ("secretKey", "s"));
        using var reading = await EventReading.OpenQuiet(Alice.Http, id);
        await Alice.Join(id, "alice");
        await Alice.Publish(id, "alice", """{"text": "hi"}""", """, "channel": 2""");
        await Alice.Patch(id, """{"displayName": "Evening"}""");
        await Alice.Leave(id, "alice");

        var joined = (await Next(reading))["event"]!;
        Assert.Equal($"sessions/{id}/events/1", (string)joined["name"]!);
        Assert.Equal(("JOINED", "alice"), ((string)joined["type"]!, (string)joined["user"]!));
        var message = await Next(reading);
        var expected = new JsonObject
        {
            ["event"] = new JsonObject
            {
                ["sequence"] = 2,
                ["type"] = "MESSAGE",
                ["name"] = $"sessions/{id}/events/2",
                ["createTime"] = "2026-03-14T09:26:53.589793200Z",
                ["user"] = "alice",
                ["channel"] = 2,
            },
            ["message"] = new JsonObject { ["text"] = "hi" },
        };
        Assert.Equal(expected.ToJsonString(), message.ToJsonString());
        var updated = (await Next(reading))["event"]!;
        Assert.Equal("Evening", (string)updated["session"]!["displayName"]!);
        Assert.Null(updated["session"]!["secretKey"]);
        Assert.Equal("LEFT", (string)(await Next(reading))["event"]!["type"]!);
        var ended = (await Next(reading))["event"]!;
        Assert.Equal((5, "ENDED", "owners-left"),
            ((int)ended["sequence"]!, (string)ended["type"]!, (string)ended["reason"]!));
        Assert.Null(await reading.Next());
    }

    [Theory]
    [InlineData("", null, 1)]
    [InlineData("?after=0", null, 1)]
    [InlineData("?after=2", null, 3)]
    [InlineData("?after=3", null, 4)]
    [InlineData("?after=latest", null, 4)]
    [InlineData("", "2", 3)]
    [InlineData("?after=0", "2", 3)]
    public async Task A_reader_begins_where_it_says(string query, string? lastEventId, int first)
    {
        var id = await Alice.New();
        for (var i = 1; i <= 3; i++)
        {
            await Alice.Publish(id, "alice", "1");
        }

        (string, string)[] headers = lastEventId is null ? [] : [("Last-Event-ID", lastEventId)];
        using var reading = await EventReading.Open(Alice.Http, id, query, headers);
        if (first == 4)
        {
            Assert.Equal("HEARTBEAT", (string)(await Next(reading))["event"]!["type"]!);
        }

        await Alice.Publish(id, "alice", "1");

        for (var i = first; i <= 4; i++)
        {
            Assert.Equal(i, (int)(await Next(reading))["event"]!["sequence"]!);
        }
    }

    [Theory]
    [InlineData("?after=-1", null)]
    [InlineData("?after=x", null)]
    [InlineData("?after=99999999999", null)]
    [InlineData("", "x")]
    [InlineData("?channel=one", null)]
    public async Task A_bad_place_to_begin_is_INVALID_ARGUMENT(string query, string? lastEventId)
    {
        (string, string)[] headers = lastEventId is null ? [] : [("Last-Event-ID", lastEventId)];

        (await Alice.Send(HttpMethod.Get, $"{await Alice.New()}/events{query}", null, headers))
            .IsError(3, "INVALID_FIELD");
    }

    [Fact]
    public async Task A_channel_leaves_out_the_messages_of_others()
    {
        var id = await Alice.New();
        await Alice.Publish(id, "alice", "\"one\"");
        await Alice.Publish(id, "alice", "\"two\"", """, "channel": 2""");
        await Alice.Join(id, "bob");

        using var reading = await EventReading.Open(Alice.Http, id, $"?session=sessions/{id}&channel=2");

        Assert.Equal("two", (string)(await Next(reading))["message"]!);
        Assert.Equal("JOINED", (string)(await Next(reading))["event"]!["type"]!);
    }

    [Fact]
    public async Task Server_sent_events_on_request()
    {
        var id = await Alice.New();
        await Alice.Publish(id, "alice", "{\n\"text\": \"hi\"}");
        using var reading = await EventReading.Open(
            Alice.Http, id, "", ("Accept", "text/html;q=0.1, text/event-stream"));

        Assert.Equal("text/event-stream", reading.ContentType);
        Assert.Equal("id: 1", await reading.Line());
        Assert.StartsWith("""data: {"event":{"sequence":1,""", await reading.Line(), StringComparison.Ordinal);
        Assert.Equal("", await reading.Line());
        Assert.Equal(": heartbeat", await App.Clock.AdvanceUntil(reading.Line()));
        Assert.Equal("", await reading.Line());
    }

    [Fact]
    public async Task Idle_streams_cost_no_store_call_and_their_process_one_look_a_second()
    {
        List<EventReading> readings = [];
        for (var i = 0; i < 10; i++)
        {
            readings.Add(await EventReading.OpenQuiet(Alice.Http, await Alice.New()));
        }

        var looks = App.Store.Looks;
        var (began, heartbeats) = (App.Clock.Now, 0);
        var calls = await App.Store.CallsOf(async () =>
        {
            for (; heartbeats < 4; heartbeats++)
            {
                Assert.Equal("HEARTBEAT", (string)(await Next(readings[0]))["event"]!["type"]!);
            }
        });

        var seconds = (App.Clock.Now - began).TotalSeconds;
        Assert.Equal(0, calls);
        Assert.InRange(seconds, 176, 190);
        Assert.InRange(App.Store.Looks - looks, 10, seconds + 2);
        readings.ForEach(reading => reading.Dispose());
    }

    [Fact]
    public async Task What_another_process_writes_is_told_too()
    {
        await using var other = await SessionsApp.Start(builder => builder.Services
            .AddSingleton<TimeProvider>(App.Clock).AddSingleton<IDocumentStore>(App.Store));
        var id = await Alice.New();
        using var reading = await EventReading.OpenQuiet(Alice.Http, id);

        (await other.Alice().Publish(id, "alice", "\"from there\"")).Is(HttpStatusCode.OK);

        Assert.Equal("from there", (string)(await Next(reading))["message"]!);
    }

    [Fact]
    public async Task A_change_between_two_messages_keeps_neither_from_a_reader_who_may_see_both()
    {
        var id = await Alice.New(null, ("sessionType", 2), ("allowedUsers", new JsonArray("bob", "carol")));
        await Alice.Publish(id, "alice", "\"before\"");
        await Alice.Patch($"{id}?updateMask=allowedUsers", """{"allowedUsers":["bob"]}""");
        await Alice.Publish(id, "alice", "\"between\"");
        using var reading = await EventReading.Open(Bob.Http, id);

        Assert.Equal("MESSAGE", (string)(await Next(reading))["event"]!["type"]!);
        Assert.Equal("UPDATED", (string)(await Next(reading))["event"]!["type"]!);
        Assert.Equal("MESSAGE", (string)(await Next(reading))["event"]!["type"]!);
    }

    [Fact]
    public async Task An_update_whose_process_died_before_it_told_of_it_is_told_by_the_timer()
    {
        var id = await Alice.New();
        await Update(id);

        await App.Sweep();

        using var reading = await EventReading.Open(Alice.Http, id);
        Assert.Equal("Evening", (string)(await Next(reading))["event"]!["session"]!["displayName"]!);
        Assert.Equal(0, await App.Sweep());
    }

    [Fact]
    public async Task An_update_that_nobody_has_told_of_yet_is_told_to_the_reader_who_comes_first()
    {
        var id = await Alice.New();
        await Update(id);

        using var reading = await EventReading.Open(Alice.Http, id);

        Assert.Equal("Evening", (string)(await Next(reading))["event"]!["session"]!["displayName"]!);
        using var second = await EventReading.Open(Alice.Http, id);
        Assert.Equal(1, (int)(await Next(second))["event"]!["sequence"]!);
    }

    // As by a process that dies then.
    private async Task Update(string id)
    {
        var head = (await App.Store.Read("acme:conversation", id, CancellationToken.None)).Value!;
        var json = JsonNode.Parse(head.Body.Span)!;
        json["revision"] = 2;
        json["fields"]!["displayName"] = "Evening";
        var updated = head with
        {
            Body = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()), DueAt = App.Clock.Now,
        };
        await App.Store.Commit("acme:conversation", [new Write.Replace(updated)], CancellationToken.None);
    }

    private async Task<JsonNode> Next(EventReading reading) => (await App.Clock.AdvanceUntil(reading.Next()))!;
}
