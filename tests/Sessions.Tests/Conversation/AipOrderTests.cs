using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>AIP-132: lists in other orders than that of creation, and how many are in a list (AIP-158).</summary>
public sealed class AipOrderTests : ConversationTest
{
    [Theory]
    [InlineData("displayName", "c a e b d")]
    [InlineData("display_name desc", "d b e a c")]
    [InlineData("updateTime", "a b e d c")]
    [InlineData("  updateTime   desc ", "c d e b a")]
    [InlineData("displayName asc", "c a e b d")]
    [InlineData("profile_x", null)]
    public async Task Sessions_come_in_the_order_asked_for_over_pages_of_any_size(string order, string? expected)
    {
        await Some();
        if (expected is null)
        {
            (await Alice.Get($"?orderBy={order}")).IsError(3, "INVALID_FIELD", "orderBy");
            return;
        }

        for (var size = 1; size <= 6; size++)
        {
            var pages = await Walk($"orderBy={Uri.EscapeDataString(order)}&pageSize={size}");

            Assert.Equal(expected, string.Join(' ', pages.SelectMany(Ids)));
            Assert.All(pages, page => Assert.Equal("5", page["totalSize"]));
            Assert.Equal((5 + size - 1) / size, pages.Count);
        }
    }

    [Fact]
    public async Task What_is_equal_in_one_field_comes_by_the_next_and_then_by_id()
    {
        await Alice.New("a", ("displayName", "x"));
        await Alice.New("c", ("displayName", "y"));
        await Alice.New("b", ("displayName", "x"));
        App.Clock.Advance(TimeSpan.FromSeconds(1));
        await Alice.New("z", ("displayName", "x"));

        Assert.Equal("a b z c", await Order("displayName"));
        Assert.Equal("z a b c", await Order("displayName, createTime desc"));
        Assert.Equal("c z a b", await Order("displayName desc,update_time desc"));
        Assert.Equal("z a b c", await Order("createTime desc,displayName"));
    }

    [Fact]
    public async Task A_filter_and_what_is_hidden_are_left_out_and_not_counted()
    {
        await Some();
        await Alice.New("hidden", ("sessionType", 2));

        var page = (await Bob.Get("?orderBy=displayName&filter=NOT%20displayName:a&pageSize=2")).Is(HttpStatusCode.OK);

        Assert.Equal(["c", "b"], Ids(page));
        Assert.Equal("3", page["totalSize"]);
    }

    [Fact]
    public async Task What_comes_and_goes_between_pages_moves_nothing_else()
    {
        await Some();
        var first = await Alice.Get("?orderBy=displayName&pageSize=2");
        await Alice.Delete("a");
        await Alice.New("early", ("displayName", "Aaa"));
        await Alice.New("late", ("displayName", "ccc"));

        var second = await Alice.Get($"?orderBy=displayName&pageSize=9&pageToken={first["nextPageToken"]}");

        Assert.Equal(["c", "a"], Ids(first));
        Assert.Equal(["e", "b", "d", "late"], Ids(second));
    }

    [Fact]
    public async Task A_token_is_bound_to_its_order_in_any_spelling()
    {
        await Some();
        var token = (await Alice.Get("?orderBy=displayName%20desc&pageSize=2"))["nextPageToken"];

        Assert.Equal(["e", "a", "c"], Ids(await Alice.Get($"?orderBy=display_name+++desc&pageToken={token}")));
        (await Alice.Get($"?orderBy=displayName&pageToken={token}")).IsError(3, "INVALID_FIELD", "pageToken");
        (await Alice.Get($"?orderBy=updateTime&pageToken={token}")).IsError(3, "INVALID_FIELD", "pageToken");
        (await Alice.Get($"?pageToken={token}")).IsError(3, "INVALID_FIELD", "pageToken");
    }

    [Fact]
    public async Task The_longest_names_fit_a_token()
    {
        await Alice.New("a", ("displayName", new string('ü', 255) + "a"));
        await Alice.New("b", ("displayName", new string('語', 256)));
        await Alice.New("c", ("displayName", "line\nbreak"));

        Assert.Equal("c a b", string.Join(' ', (await Walk("orderBy=displayName&pageSize=1")).SelectMany(Ids)));
        Assert.Equal("b a c", string.Join(' ', (await Walk("orderBy=displayName+desc&pageSize=1")).SelectMany(Ids)));
    }

    [Fact]
    public async Task A_page_of_large_sessions_ends_early_and_the_rest_follows()
    {
        var large = new JsonObject { ["x"] = new string('x', 60_000) };
        for (var i = 0; i < 20; i++)
        {
            await Alice.New($"s{i:D2}", ("displayName", $"{i:D2}"), ("options", large));
        }

        var pages = await Walk("orderBy=displayName+desc&pageSize=1000");

        Assert.Equal([17, 3], pages.Select(page => Ids(page).Count));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"s{19 - i:D2}"), pages.SelectMany(Ids));
    }

    [Fact]
    public async Task More_than_can_be_put_in_order_are_refused_and_a_span_of_creation_narrows_them()
    {
        var large = new JsonObject { ["x"] = new string('x', 60_000) };
        await Alice.New("first");
        App.Clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 180; i++)
        {
            await Alice.New(null, ("options", large));
        }

        var calls = await App.Store.CallsOf(async () =>
        {
            var refused = (await Alice.Get("?orderBy=displayName")).IsError(3, "INVALID_FIELD", "orderBy");
            Assert.Contains("Narrow them by createTime", refused["message"], StringComparison.Ordinal);
        });

        Assert.InRange(calls, 1, 12);
        Assert.Equal("first", await Order("displayName", "&filter=createTime<2026-03-14T10:00:00Z"));
    }

    [Fact]
    public async Task How_many_there_are_is_told_where_all_were_looked_at()
    {
        await Some();

        Assert.Equal("5", (await Alice.Get(""))["totalSize"]);
        Assert.Equal("2", (await Alice.Get("?filter=displayName:b"))["totalSize"]);
        Assert.Null((await Alice.Get("?pageSize=2")).Body!["totalSize"]);
        Assert.Equal("5", (await Alice.Get("?pageSize=1&orderBy=displayName"))["totalSize"]);
    }

    [Fact]
    public async Task How_many_members_there_are_is_told_on_every_page()
    {
        var id = await Alice.New();
        for (var i = 0; i < 5; i++)
        {
            await Alice.Join(id, $"user{i}");
        }

        var first = await Alice.Get($"{id}/members?pageSize=2");
        var second = await Alice.Get($"{id}/members?pageSize=2&pageToken={first["nextPageToken"]}");

        Assert.Equal(["5", "5", "5"], new[] { first, second, await Alice.Get($"{id}/members") }
            .Select(page => page["totalSize"]));
    }

    private async Task Some()
    {
        (string Id, string Name)[] sessions = [("a", "a1"), ("b", "b1"), ("c", "Zz"), ("d", "b2"), ("e", "aé")];
        foreach (var (id, name) in sessions)
        {
            App.Clock.Advance(TimeSpan.FromSeconds(1));
            await Alice.New(id, ("displayName", name));
        }

        foreach (var id in (string[])["e", "d", "c"])
        {
            App.Clock.Advance(TimeSpan.FromSeconds(1));
            await Alice.Patch(id, """{"description": "changed"}""");
        }
    }

    private async Task<string> Order(string order, string more = "") => string.Join(
        ' ', Ids((await Alice.Get($"?orderBy={Uri.EscapeDataString(order)}{more}")).Is(HttpStatusCode.OK)));

    private static List<string> Ids(ApiReply page) =>
        [.. page.Body!["sessions"]!.AsArray().Select(session => (string)session!["sessionId"]!)];

    private async Task<List<ApiReply>> Walk(string query)
    {
        List<ApiReply> pages = [];
        for (string? token = null; token is not "";)
        {
            pages.Add((await Alice.Get($"?{query}&pageToken={token}")).Is(HttpStatusCode.OK));
            token = pages[^1]["nextPageToken"];
        }

        return pages;
    }
}
