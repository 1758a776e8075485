using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>AIP-132, 158: lists, their pages and order. AipFilterTests has what filters find.</summary>
public sealed class AipListTests : ConversationTest
{
    [Fact]
    public async Task Aip132_an_empty_list()
    {
        var list = (await Alice.Get("")).Is(HttpStatusCode.OK);

        Assert.Equal("""{"sessions":[],"nextPageToken":"","totalSize":0}""", list.Body!.ToJsonString());
    }

    [Theory]
    [InlineData("", "4 3 2 1 0")]
    [InlineData("orderBy=createTime", "0 1 2 3 4")]
    [InlineData("orderBy=create_time%20asc", "0 1 2 3 4")]
    [InlineData("orderBy=%20createTime%20%20desc%20", "4 3 2 1 0")]
    [InlineData("order_by=create_time+desc", "4 3 2 1 0")]
    public async Task Aip132_sessions_come_in_the_order_asked_for_over_all_pages(string query, string expected)
    {
        await Create(5);

        Assert.Equal(expected, string.Join(' ', (await Walk($"pageSize=2&{query}")).SelectMany(page => page)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?orderBy=displayName")]
    public async Task Aip132_every_session_of_a_list_is_as_it_is_gotten(string query)
    {
        await Alice.New("a", ("description", "d"), ("secretKey", "open"), ("allowedUsers", new JsonArray("bob")));
        await Alice.New("b", ("sessionType", 3), ("options", new JsonObject { ["ttl"] = "60s" }));
        App.Clock.Advance(TimeSpan.FromSeconds(60));
        await App.Bob().New("c", ("owners", new JsonArray("bob")));

        foreach (var listed in (await Alice.Get(query)).Is(HttpStatusCode.OK).Body!["sessions"]!.AsArray())
        {
            var gotten = (await Alice.Get($"{listed!["sessionId"]}")).Is(HttpStatusCode.OK);
            Assert.Equal(gotten.Body!.ToJsonString(), listed.ToJsonString());
        }
    }

    [Theory]
    [InlineData("colour")]
    [InlineData("createTime%20down")]
    [InlineData("createTime%20desc%20desc")]
    [InlineData("displayName,")]
    [InlineData(",displayName")]
    [InlineData("displayName,displayName%20desc")]
    [InlineData("displayName%20updateTime")]
    [InlineData("displayName%20DESC")]
    public async Task Aip132_another_order_is_INVALID_ARGUMENT(string order) =>
        (await Alice.Get($"?orderBy={order}")).IsError(3, "INVALID_FIELD", "orderBy");

    [Fact]
    public async Task Aip158_pages_hold_what_they_should_and_the_last_has_no_token()
    {
        await Create(5);

        Assert.Equal([["4", "3"], ["2", "1"], ["0"]], await Walk("pageSize=2"));
        Assert.Equal([["4", "3", "2", "1", "0"]], await Walk("page_size=5"));
    }

    [Fact]
    public async Task Aip158_size_0_is_the_default_and_a_large_one_counts_as_the_largest()
    {
        await Create(51);

        Assert.Equal([50, 1], (await Walk("pageSize=0")).Select(page => page.Count));
        Assert.Equal([51], (await Walk("pageSize=2147483647")).Select(page => page.Count));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("ten")]
    [InlineData("99999999999")]
    public async Task Aip158_a_bad_size_is_INVALID_ARGUMENT(string size) =>
        (await Alice.Get($"?pageSize={size}")).IsError(3, "INVALID_FIELD", "pageSize");

    [Theory]
    [InlineData("orderBy=createTime")]
    [InlineData("filter=sessionType=2")]
    public async Task Aip158_a_token_is_bound_to_the_arguments_of_its_call(string other)
    {
        await Create(3);
        var token = (await Alice.Get("?pageSize=1"))["nextPageToken"];

        (await Alice.Get($"?pageSize=1&pageToken={token}&{other}")).IsError(3, "INVALID_FIELD", "pageToken");
        (await App.Stranger().Get($"?pageSize=1&pageToken={token}")).IsError(3, "INVALID_FIELD", "pageToken");
        (await Alice.Get($"?pageSize=7&pageToken={token}")).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("made-up")]
    [InlineData("%00")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Aip158_a_made_up_token_is_INVALID_ARGUMENT(string token) =>
        (await Alice.Get($"?pageToken={token}")).IsError(3, "INVALID_FIELD", "pageToken");

    [Fact]
    [Trait("Host", "Kestrel")]
    public async Task Aip160_a_filter_that_finds_little_looks_at_a_bounded_number_and_goes_on_from_there()
    {
        await Alice.New("needle", ("displayName", "Needle"));
        await Create(1100);
        ApiReply page = null!;
        var calls = await App.Store.CallsOf(async () => page = await Alice.Get("?filter=displayName=Needle"));

        Assert.InRange(calls, 1, 3);
        Assert.Empty(Ids(page));
        var rest = await Alice.Get($"?filter=displayName=Needle&pageToken={page["nextPageToken"]}");
        Assert.Equal(["needle"], Ids(rest));
        Assert.Equal("", rest["nextPageToken"]);
    }

    private static List<string> Ids(ApiReply page) =>
        [.. page.Body!["sessions"]!.AsArray().Select(session => (string)session!["sessionId"]!)];

    private async Task Create(int count)
    {
        for (var i = 0; i < count; i++)
        {
            App.Clock.Advance(TimeSpan.FromTicks(1));
            await Alice.New(null, ("displayName", $"{i}"));
        }
    }

    private async Task<List<List<string>>> Walk(string query)
    {
        List<List<string>> pages = [];
        for (string? token = null; token is not "";)
        {
            var page = (await Alice.Get($"?{query}&pageToken={token}")).Is(HttpStatusCode.OK);
            pages.Add([.. page.Body!["sessions"]!.AsArray().Select(session => (string)session!["displayName"]!)]);
            token = page["nextPageToken"];
        }

        return pages;
    }
}
