using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>What passes, such as somebody typing: told to whoever is there, in every process, and not kept.</summary>
public sealed class SignalTests : ConversationTest
{
    [Fact]
    public async Task A_signal_reaches_the_open_streams_of_every_process_and_nobody_who_comes_later()
    {
        await using var other = await SessionsApp.Start(builder => builder.Services
            .AddSingleton<TimeProvider>(App.Clock).AddSingleton<IDocumentStore>(App.Store));
        var id = await Alice.New();
        await Alice.Publish(id, "alice", "1");
        using var here = await EventReading.OpenQuiet(Alice.Http, id, "?after=latest");
        using var there = await EventReading.OpenQuiet(other.Alice().Http, id, "?after=latest");

        (await Signal(Bob, id, "bob", """{"typing": true}""")).Is(HttpStatusCode.OK);

        foreach (var reading in (EventReading[])[here, there])
        {
            var told = await Next(reading);
            Assert.Equal("""{"typing":true}""", told["message"]!.ToJsonString());
            Assert.Equal(
                ("SIGNAL", "bob", 1),
                ((string)told["event"]!["type"]!, (string)told["event"]!["user"]!, (int)told["event"]!["sequence"]!));
            Assert.Null(told["event"]!["name"]);
        }

        Assert.Equal(["MESSAGE"], await EventReading.Types(App, Alice, id));
        await Alice.Publish(id, "alice", "2");
        JsonNode next;
        while ((string)(next = await Next(here))["event"]!["type"]! == "HEARTBEAT")
        {
        }

        Assert.Equal((2, 2), ((int)next["event"]!["sequence"]!, (int)next["message"]!));
        Assert.Single(Messages((await Alice.Get($"{id}/messages?orderBy=sequence%20desc&pageSize=1")).Body!));
    }

    [Fact]
    public async Task Of_a_signal_nothing_is_left_once_something_happens_ten_seconds_later()
    {
        var id = await Alice.New();
        await Signal(Bob, id, "bob", "\"a passing word\"");
        App.Clock.Advance(TimeSpan.FromSeconds(10));

        await Alice.Publish(id, "alice", "1");

        var store = App.Services.GetRequiredService<IDocumentStore>();
        var uid = Guid.Parse((string)(await Alice.Get(id)).Body!["uid"]!);
        var partition = $"acme:conversation:{uid:N}";
        var log = (await store.Read(partition, "log", default)).Value!;
        Assert.DoesNotContain("passing word", Encoding.UTF8.GetString(log.Body.Span), StringComparison.Ordinal);
        Assert.Single((await store.List(new(partition, "conversation/event", 10), default)).Value!);
    }

    [Fact]
    public async Task Signals_by_a_crowd_are_a_few_commits_and_leave_numbers_and_activity_alone()
    {
        var id = await Alice.New(null, ("sessionType", 3), ("options", new JsonObject { ["ttl"] = "60s" }));
        await Alice.Publish(id, "alice", "1");
        App.Clock.Advance(TimeSpan.FromSeconds(59));
        var commits = App.Store.Commits;

        await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
            (await Signal(Alice, id, $"user-{i}", "1")).Is(HttpStatusCode.OK)));

        Assert.InRange(App.Store.Commits - commits, 1, 40);
        App.Clock.Advance(TimeSpan.FromSeconds(1));
        (await Signal(Bob, id, "bob", "1")).IsError(9, "SESSION_ENDED");
        Assert.Equal(["MESSAGE", "ENDED"], await EventReading.Types(App, Alice, id));
    }

    [Theory]
    [InlineData("", "signal")]
    [InlineData(", \"signal\": \"\\ud800\"", "signal")]
    public async Task A_bad_signal_is_INVALID_ARGUMENT(string more, string field) =>
        (await Alice.Post($"{await Alice.New()}/signals", $$"""{"name": "alice"{{more}}}"""))
            .IsError(3, "INVALID_FIELD", field);

    [Fact]
    public async Task A_long_signal_is_refused_and_what_is_hidden_answers_as_what_is_absent()
    {
        var hidden = await Alice.New(null, ("sessionType", 2));

        (await Signal(Alice, hidden, "alice", $"\"{new string('x', 1024)}\""))
            .IsError(3, "INVALID_FIELD", "signal");
        (await Signal(Bob, hidden, "bob", "1")).IsError(5, "SESSION_NOT_FOUND");
        Assert.Equal(
            await App.Store.CallsOf(() => Signal(Bob, hidden, "bob", "1")),
            await App.Store.CallsOf(() => Signal(Bob, "absent", "bob", "1")));
    }

    private static Task<ApiReply> Signal(ConversationClient client, string session, string user, string signal) =>
        client.Post($"{session}/signals", $$"""{"name": "{{user}}", "signal": {{signal}}}""");

    private static JsonArray Messages(JsonNode page) => page["messages"]!.AsArray();

    private async Task<JsonNode> Next(EventReading reading) => (await App.Clock.AdvanceUntil(reading.Next()))!;
}
