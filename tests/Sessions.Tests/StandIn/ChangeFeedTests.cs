using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Sessions.StandIn;

namespace Sessions.Tests.StandIn;

/// <summary>The change feed as the client reads it, by the pull model and in latest versions.</summary>
public sealed class ChangeFeedTests
{
    private static readonly TimeSpan _longerThanATest = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_reader_from_now_on_gets_each_item_that_is_written_once_in_its_latest_version()
    {
        await using var house = await CosmosHouse.Open(new());
        var container = house.NewContainer();
        await container.CreateItemAsync(new Thing("before", "p"));
        var (place, nothing) = await Next(container, ChangeFeedStartFrom.Now());
        await container.CreateItemAsync(new Thing("one", "p"));
        await container.CreateItemAsync(new Thing("two", "q"));
        await container.UpsertItemAsync(new Thing("one", "p", "again"));
        await container.CreateItemAsync(new Thing("gone", "p"));
        await container.DeleteItemAsync<Thing>("gone", new("p"));

        var (next, written) = await Next(house.NewContainer(), ChangeFeedStartFrom.ContinuationToken(place));

        Assert.Empty(nothing);
        Assert.Equal(["two", "one again"], written.Select(thing => $"{thing.Id} {thing.Text}".Trim()));
        Assert.Empty((await Next(container, ChangeFeedStartFrom.ContinuationToken(next))).Items);
    }

    [Fact]
    public async Task A_batch_that_failed_is_not_told()
    {
        await using var house = await CosmosHouse.Open(new());
        var container = house.NewContainer();
        await container.CreateItemAsync(new Thing("taken", "p"));
        var (place, _) = await Next(container, ChangeFeedStartFrom.Now());

        using var refused = await container.CreateTransactionalBatch(new("p"))
            .CreateItem(new Thing("new", "p")).CreateItem(new Thing("taken", "p")).ExecuteAsync();

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Empty((await Next(container, ChangeFeedStartFrom.ContinuationToken(place))).Items);
    }

    [Fact]
    public async Task From_the_beginning_it_comes_in_pages()
    {
        await using var house = await CosmosHouse.Open(new());
        var container = house.NewContainer();
        for (var i = 0; i < 5; i++)
        {
            await container.CreateItemAsync(new Thing($"{i}", "p"));
        }

        using var feed = container.GetChangeFeedIterator<Thing>(
            ChangeFeedStartFrom.Beginning(), ChangeFeedMode.Incremental, new() { PageSizeHint = 2 });
        List<int> pages = [];
        while (await feed.ReadNextAsync() is { StatusCode: HttpStatusCode.OK } page)
        {
            pages.Add(page.Count);
        }

        Assert.Equal([2, 2, 1], pages);
    }

    [Fact]
    public async Task Each_range_is_read_by_itself()
    {
        await using var house = await CosmosHouse.Open(new(), units: 40_000);
        var container = house.NewContainer();
        for (var i = 0; i < 40; i++)
        {
            await container.CreateItemAsync(new Thing($"{i}", $"partition{i}"));
        }

        List<string> all = [];
        foreach (var range in await container.GetFeedRangesAsync())
        {
            var (_, items) = await Next(container, ChangeFeedStartFrom.Beginning(range));
            Assert.InRange(items.Count, 1, 39);
            all.AddRange(items.Select(item => item.Id));
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i}").Order(), all.Order());
    }

    [Theory]
    [InlineData(Consistency.Strong, 1)]
    [InlineData(Consistency.Session, 0)]
    public async Task A_replica_that_lags_tells_later(Consistency level, int told)
    {
        await using var house = await CosmosHouse.Open(new() { Consistency = level, Lag = _longerThanATest });
        var other = house.NewContainer();
        var (place, _) = await Next(other, ChangeFeedStartFrom.Now());

        await house.NewContainer().CreateItemAsync(new Thing("one", "p"));

        Assert.Equal(told, (await Next(other, ChangeFeedStartFrom.ContinuationToken(place))).Items.Count);
    }

    private static async Task<(string Place, IReadOnlyList<Thing> Items)> Next(
        Container container, ChangeFeedStartFrom start)
    {
        using var feed = container.GetChangeFeedStreamIterator(start, ChangeFeedMode.Incremental);
        using var response = await feed.ReadNextAsync();
        if (response.StatusCode is HttpStatusCode.NotModified)
        {
            return (response.ContinuationToken, []);
        }

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var page = await JsonSerializer.DeserializeAsync<JsonElement>(response.Content);
        return (
            response.ContinuationToken,
            page.GetProperty("Documents").Deserialize<List<Thing>>(JsonSerializerOptions.Web)!);
    }
}
