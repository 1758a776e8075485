using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
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
            for (; heartbeats < 10; heartbeats++)
            {
                Assert.Equal("HEARTBEAT", (string)(await Next(readings[0]))["event"]!["type"]!);
            }
        });

        var seconds = (App.Clock.Now - began).TotalSeconds;
        Assert.Equal(0, calls);
        Assert.InRange(seconds, 149, 165);
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
    public async Task A_reader_is_told_of_an_expiry_at_its_moment_without_the_timer()
    {
        var id = await Alice.New(
            null, ("sessionType", 3), ("options", new JsonObject { ["ttl"] = "30s" }));
        var end = App.Clock.Now.AddSeconds(30);
        using var reading = await EventReading.Open(Alice.Http, id);

        JsonNode item;
        while ((string)(item = await Next(reading))["event"]!["type"]! == "HEARTBEAT")
        {
        }

        Assert.Equal(("ENDED", "ttl"), ((string)item["event"]!["type"]!, (string)item["event"]!["reason"]!));
        Assert.InRange(App.Clock.Now, end, end.AddSeconds(3));
        Assert.Null(await reading.Next());
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("operator")]
    public async Task An_end_is_told_at_once_whoever_makes_it(string by)
    {
        var id = await Alice.New();
        await Alice.Publish(id, "alice", "1");
        var name = (string)(await Alice.Get("/operator/sessions")).Is(HttpStatusCode.OK).Body!["sessions"]![0]!["id"]!;

        // The clock stands still, so only the write itself can wake the reader.
        using var reading = await EventReading.Open(Alice.Http, id, "?after=1");
        Assert.Equal("HEARTBEAT", (string)(await reading.Next())!["event"]!["type"]!);
        var told = reading.Next();
        await (by is "delete" ? Alice.Delete(id) : Alice.Post($"/operator/sessions/{name}/close", ""));

        Assert.Equal("ENDED", (string)(await told.WaitAsync(TimeSpan.FromSeconds(10)))!["event"]!["type"]!);
    }

    [Fact]
    public async Task A_reader_of_an_ended_session_gets_the_rest_and_then_204()
    {
        var id = await Alice.New(null, ("sessionType", 3));
        await Alice.Join(id, "alice");
        await Alice.Leave(id, "alice");

        using var reading = await EventReading.Open(Alice.Http, id, "?after=2");
        Assert.Equal("ENDED", (string)(await Next(reading))["event"]!["type"]!);
        Assert.Null(await reading.Next());

        (await Alice.Send(HttpMethod.Get, $"{id}/events", null, ("Last-Event-ID", "3"))).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_reader_who_may_not_see_the_session_any_more_is_cut_off()
    {
        var id = await Alice.New(null, ("sessionType", 2), ("allowedUsers", new JsonArray("bob")));
        using var reading = await EventReading.OpenQuiet(Bob.Http, id);

        await Alice.Patch($"{id}?updateMask=allowedUsers", "{}");
        await Alice.Publish(id, "alice", "\"secret\"");

        Assert.Equal("UPDATED", (string)(await Next(reading))["event"]!["type"]!);
        Assert.Null(await App.Clock.AdvanceUntil(reading.Next()));
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
    public async Task A_process_that_stops_tells_its_readers_where_to_go_on()
    {
        var id = await Alice.New();
        await Alice.Publish(id, "alice", "1");
        using var reading = await EventReading.Open(Alice.Http, id);
        await Next(reading);

        App.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Equal("""{"event":{"sequence":1,"type":"RESUME"}}""", (await Next(reading)).ToJsonString());
    }

    [Fact]
    public async Task An_update_whose_process_died_before_it_told_of_it_is_told_by_the_timer()
    {
        var id = await Alice.New();
        var head = (await App.Store.Read("acme:conversation", id, CancellationToken.None)).Value!;
        var json = JsonNode.Parse(head.Body.Span)!;
        json["revision"] = 2;
        json["fields"]!["displayName"] = "Evening";
        var updated = head with
        {
            Body = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()), DueAt = App.Clock.Now,
        };
        await App.Store.Commit("acme:conversation", [new Write.Replace(updated)], CancellationToken.None);

        await App.Sweep();

        using var reading = await EventReading.Open(Alice.Http, id);
        Assert.Equal("Evening", (string)(await Next(reading))["event"]!["session"]!["displayName"]!);
        Assert.Equal(0, await App.Sweep());
    }

    [Fact]
    public async Task An_end_whose_process_died_before_the_head_followed_is_finished_by_the_timer()
    {
        var kept = await EndInTheLogAlone("kept", deleted: false);
        var gone = await EndInTheLogAlone("gone", deleted: true);
        Assert.Equal("ACTIVE", (await Alice.Get(kept))["state"]);

        await App.Sweep();

        Assert.Equal(("ENDED", "owners-left"),
            ((await Alice.Get(kept))["state"]!, (await Alice.Get(kept))["endReason"]!));
        (await Alice.Get(gone)).IsError(5, "SESSION_NOT_FOUND");
    }

    private async Task<JsonNode> Next(EventReading reading) => (await App.Clock.AdvanceUntil(reading.Next()))!;

    private async Task<string> EndInTheLogAlone(string id, bool deleted)
    {
        await Alice.New(id);
        await Alice.Publish(id, "alice", "1");
        var partition = $"acme:conversation:{Guid.Parse((await Alice.Get(id))["uid"]!):N}";
        var log = (await App.Store.Read(partition, "log", CancellationToken.None)).Value!;
        var json = JsonNode.Parse(log.Body.Span)!;
        json["deleted"] = deleted;
        var ended = log with
        {
            Body = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()),
            DueAt = App.Clock.Now,
            Lifetime = log.Lifetime! with
            {
                Open = false, Status = "ENDED", EndedAt = App.Clock.Now, ClosedReason = "owners-left",
            },
        };
        await App.Store.Commit(partition, [new Write.Replace(ended)], CancellationToken.None);
        return id;
    }
}
