using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>How the stream of events ends: with its session, with its process, or with the right to read it.</summary>
public sealed class StreamEndTests : ConversationTest
{
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

    [Fact]
    public async Task Each_of_several_readers_is_told_of_an_expiry_at_its_own_moment_whoever_else_waits()
    {
        var open = new List<(DateTimeOffset End, EventReading Reading)>();
        foreach (var seconds in (int[])[45, 10, 25, 100, 40])
        {
            var id = await Alice.New(
                null, ("sessionType", 3), ("options", new JsonObject { ["ttl"] = $"{seconds}s" }));
            open.Add((App.Clock.Now.AddSeconds(seconds), await EventReading.OpenQuiet(Alice.Http, id)));
        }

        foreach (var (end, reading) in open.OrderBy(one => one.End))
        {
            JsonNode item;
            while ((string)(item = await Next(reading))["event"]!["type"]! == "HEARTBEAT")
            {
            }

            Assert.Equal("ENDED", (string)item["event"]!["type"]!);
            Assert.InRange(App.Clock.Now, end, end.AddSeconds(3));
            reading.Dispose();
        }
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
