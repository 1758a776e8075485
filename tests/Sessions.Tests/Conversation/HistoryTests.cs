using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;

namespace Sessions.Tests.Conversation;

/// <summary>What was said, by pages.</summary>
public sealed class HistoryTests : ConversationTest
{
    private const string Newest = "orderBy=sequence%20desc";

    [Fact]
    public async Task Of_10000_messages_the_newest_page_one_in_the_middle_and_one_by_sender_cost_one_store_call_each()
    {
        var id = await Alice.New();
        await Fill(id, 10_000);
        var session = await App.Store.CallsOf(() => Alice.Get($"{id}/messages?pageSize=1"));
        Assert.Equal(2, session);

        JsonNode newest = null!, middle = null!, theirs = null!;
        Assert.Equal(1, await App.Store.CallsOf(async () => newest = await Page(id, Newest)));
        Assert.Equal(1, await App.Store.CallsOf(async () => middle = await Page(
            id, $"{Newest}&pageToken={newest["nextPageToken"]}&pageSize=1000")));
        Assert.Equal(1, await App.Store.CallsOf(async () => theirs = await Page(
            id, $"{Newest}&filter={Uri.EscapeDataString("user = \"carol\"")}")));

        Assert.Equal(Enumerable.Range(9951, 50).Reverse(), Sequences(newest));
        Assert.Equal(Enumerable.Range(8951, 1000).Reverse(), Sequences(middle));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => 10_000 - (i * 100)), Sequences(theirs));
        Assert.All(Messages(theirs), message => Assert.Equal("carol", (string)message["event"]!["user"]!));
    }

    [Fact]
    public async Task Pages_go_through_all_messages_in_both_orders_and_leave_out_what_is_none()
    {
        var id = await Alice.New();
        for (var i = 0; i < 7; i++)
        {
            await Alice.Join(id, "bob");
            await Alice.Publish(id, "alice", $"{i}");
            await Alice.Leave(id, "bob");
        }

        foreach (var (order, expected) in (IEnumerable<(string, IEnumerable<int>)>)[
            ("orderBy=sequence", Enumerable.Range(0, 7)), (Newest, Enumerable.Range(0, 7).Reverse())])
        {
            List<int> read = [];
            var token = "";
            do
            {
                var page = await Page(id, $"{order}&pageSize=2&pageToken={token}");
                read.AddRange(Messages(page).Select(message => (int)message["message"]!));
                token = (string)page["nextPageToken"]!;
            }
            while (token.Length > 0);
            Assert.Equal(expected, read);
        }
    }

    [Theory]
    [InlineData("channel = 2", new[] { 2 })]
    [InlineData("user = bob", new[] { 3 })]
    [InlineData("user = \"users/bob\"", new[] { 3 })]
    [InlineData("user != bob", new[] { 1, 2, 4 })]
    [InlineData("createTime >= \"2026-03-14T09:27:00Z\"", new[] { 3, 4 })]
    [InlineData("createTime < \"2026-03-14T09:27:00Z\" AND channel = 1", new[] { 1 })]
    [InlineData("sequence > 1 AND sequence <= 3", new[] { 2, 3 })]
    [InlineData("user = bob OR channel = 2", new[] { 2, 3 })]
    [InlineData("NOT user = bob", new[] { 1, 2, 4 })]
    public async Task A_filter_asks_by_channel_sender_and_time(string filter, int[] expected)
    {
        var id = await Alice.New();
        await Alice.Publish(id, "alice", "1");
        await Alice.Publish(id, "alice", "2", """, "channel": 2""");
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        await Alice.Publish(id, "bob", "3");
        await Alice.Publish(id, "alice", "4");

        var query = $"filter={Uri.EscapeDataString(filter)}";

        Assert.Equal(expected, Sequences(await Page(id, query)));
        Assert.Equal(expected.Reverse(), Sequences(await Page(id, $"{query}&{Newest}")));
    }

    [Fact]
    public async Task A_message_of_before_messages_were_listed_by_sender_is_found_by_its_sender()
    {
        var id = await Alice.New();
        await Alice.Publish(id, "bob", "1");
        await Forget(id);

        await Alice.Publish(id, "alice", "2");
        await Alice.Publish(id, "bob", "3");

        Assert.Equal([1, 3], Sequences(await Page(id, "filter=user%20=%20bob")));
    }

    [Theory]
    [InlineData("orderBy=createTime", "orderBy")]
    [InlineData("filter=text%20=%20x", "filter")]
    [InlineData("filter=user%20%3E%20x", "filter")]
    [InlineData("filter=channel%20=%20x", "filter")]
    [InlineData("filter=channel", "filter")]
    [InlineData("filter=channel%20=%201%20AND%20", "filter")]
    [InlineData("pageSize=-1", "pageSize")]
    [InlineData("pageToken=x", "pageToken")]
    public async Task What_cannot_be_asked_is_INVALID_ARGUMENT(string query, string field) =>
        (await Alice.Get($"{await Alice.New()}/messages?{query}")).IsError(3, "INVALID_FIELD", field);

    [Fact]
    public async Task Who_may_not_see_the_session_sees_no_messages_and_pays_what_an_absent_one_costs()
    {
        var id = await Alice.New(null, ("sessionType", 2), ("secretKey", "s"));
        await Alice.Publish(id, "alice", "1");
        var absent = await App.Store.CallsOf(async () =>
            (await Bob.Get("absent/messages")).IsError(5, "SESSION_NOT_FOUND"));
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(absent, await App.Store.CallsOf(async () =>
                (await Bob.Get($"{id}/messages")).IsError(5, "SESSION_NOT_FOUND")));
            (await Alice.Get($"{id}/messages")).Is(HttpStatusCode.OK);
        }

        await Bob.Join(id, "bob", """, "secretKey": "s" """);

        (await Bob.Get($"{id}/messages")).Is(HttpStatusCode.OK);
        (await App.Stranger().Get($"{id}/messages")).IsError(5, "SESSION_NOT_FOUND");
    }

    [Fact]
    public async Task A_stream_begins_with_the_last_events_that_its_tail_asks_for()
    {
        var id = await Alice.New();
        for (var i = 0; i < 10; i++)
        {
            await Alice.Publish(id, "alice", "1");
        }


        using var tail = await EventReading.Open(Alice.Http, id, "?tail=3");
        using var all = await EventReading.Open(Alice.Http, id, "?tail=100");
        using var on = await EventReading.Open(Alice.Http, id, "?tail=3", ("Last-Event-ID", "9"));

        Assert.Equal(8, (int)(await tail.Next())!["event"]!["sequence"]!);
        Assert.Equal(1, (int)(await all.Next())!["event"]!["sequence"]!);
        Assert.Equal(10, (int)(await on.Next())!["event"]!["sequence"]!);
        (await Alice.Get($"{id}/events?tail=-1")).IsError(3, "INVALID_FIELD", "tail");
        (await Alice.Get($"{id}/events?tail=1&after=1")).IsError(3, "INVALID_FIELD", "tail");
    }

    // Every hundredth is carol's. All but the first two are copied, which is the same for whoever reads, and sooner.
    private async Task Fill(string id, int count)
    {
        (await Alice.Publish(id, "alice", "1")).Is(HttpStatusCode.OK);
        (await Alice.Publish(id, "carol", "1")).Is(HttpStatusCode.OK);
        var store = App.Services.GetRequiredService<IDocumentStore>();
        var partition = $"acme:conversation:{Guid.Parse((string)(await Alice.Get(id)).Body!["uid"]!):N}";
        var (alices, carols) = (await Read("e0000000001"), await Read("e0000000002"));
        foreach (var numbers in Enumerable.Range(3, count - 2).Chunk(CommitRules.MaxWrites))
        {
            await store.Commit(
                partition,
                [
                    .. numbers.Select(number => new Write.Create(
                        (number % 100 == 0 ? carols : alices) with { Id = $"e{number:D10}", ETag = "" })),
                ],
                default);
        }

        var log = await Read("log");
        var body = JsonNode.Parse(log.Body.Span)!;
        body["next"] = count + 1;
        await store.Commit(
            partition,
            [new Write.Replace(log with { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) })],
            default);

        async Task<Document> Read(string name) => (await store.Read(partition, name, default)).Value!;
    }

    // Writes the session and its messages as they were before.
    private async Task Forget(string id)
    {
        var store = App.Services.GetRequiredService<IDocumentStore>();
        var heads = "acme:conversation";
        var head = (await store.Read(heads, id, default)).Value!;
        var body = JsonNode.Parse(head.Body.Span)!.AsObject();
        body.Remove("listsSenders");
        head = head with { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };
        await store.Commit(heads, [new Write.Replace(head)], default);
        var partition = $"{heads}:{Guid.Parse((string)body["uid"]!):N}";
        var events = (await store.List(new(partition, "conversation/event", 100), default)).Value!;
        await store.Commit(
            partition, [.. events.Select(one => new Write.Replace(one with { Index = null }))], default);
    }

    private async Task<JsonNode> Page(string id, string query) =>
        (await Alice.Get($"{id}/messages?{query}")).Is(HttpStatusCode.OK).Body!;

    private static IEnumerable<JsonNode> Messages(JsonNode page) => page["messages"]!.AsArray().Select(one => one!);

    private static IEnumerable<int> Sequences(JsonNode page) =>
        Messages(page).Select(message => (int)message["event"]!["sequence"]!);
}
