using System.Net;
using Microsoft.Azure.Cosmos;
using Sessions.StandIn;
using Sessions.StandIn.Charges;
using Sessions.Tests.Support;

namespace Sessions.Tests.StandIn;

/// <summary>What an answer costs, when there is none, and where a page ends.</summary>
public sealed class ThroughputTests
{
    [Theory]
    [InlineData(Consistency.Strong, 2)]
    [InlineData(Consistency.Session, 1)]
    public async Task A_charge_is_told_and_logged(Consistency level, double read)
    {
        await using var house = await CosmosHouse.Open(new() { Consistency = level, Lag = TimeSpan.Zero });
        var container = house.NewContainer();
        house.Control.Log.Watched = true;

        var created = await container.CreateItemAsync(new Thing("one", "p"));
        var found = await container.ReadItemAsync<Thing>("one", new("p"));
        var weak = await container.ReadItemAsync<Thing>(
            "one", new("p"), new() { ConsistencyLevel = ConsistencyLevel.Eventual });

        Assert.InRange(created.RequestCharge, 5.5, 8);
        Assert.Equal(read, found.RequestCharge);
        Assert.Equal(1, weak.RequestCharge);
        Assert.Equal(["create", "read", "read"], house.Control.Log.All.Select(charge => charge.Operation));
        Assert.Equal(created.RequestCharge + read + 1, house.Control.Log.Units, 2);
    }

    [Fact]
    public async Task Who_has_used_up_the_second_is_told_when_to_come_again()
    {
        await using var house = await CosmosHouse.Open(new());
        var container = house.NewContainer();
        house.Control.Throttle(5);
        await container.CreateItemAsync(new Thing("one", "p"));

        var refused = await Assert.ThrowsAsync<CosmosException>(
            () => container.ReadItemAsync<Thing>("one", new("p")));
        await Task.Delay(refused.RetryAfter!.Value);
        var found = await container.ReadItemAsync<Thing>("one", new("p"));

        Assert.Equal((HttpStatusCode.TooManyRequests, 0), (refused.StatusCode, refused.RequestCharge));
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
    }

    [Fact]
    public void Without_a_limit_everybody_is_let_in_though_no_time_passes_between_them()
    {
        var throughput = new Throughput(new FakeClock(DateTimeOffset.UnixEpoch));

        throughput.Admit();
        throughput.Take(5);

        Assert.Equal(double.PositiveInfinity, throughput.Admit());
    }

    [Fact]
    public async Task A_page_ends_at_four_megabytes()
    {
        await using var house = await CosmosHouse.Open(new());
        var container = house.NewContainer();
        await Fill(container, 6, 900_000);

        var pages = await Pages(container, "SELECT * FROM c WHERE c.partition = 'p'", new());

        Assert.Equal([4, 2], pages.Select(page => page.Count));
    }

    [Fact]
    public async Task A_page_ends_with_the_throughput_and_the_next_one_carries_on()
    {
        await using var house = await CosmosHouse.Open(new());
        var container = house.NewContainer();
        await Fill(container, 50, 100);
        house.Control.Throttle(10);

        using var query = container.GetItemQueryIterator<Thing>(
            "SELECT * FROM c WHERE c.partition = 'p'", requestOptions: new() { PartitionKey = new("p") });
        var first = await query.ReadNextAsync();

        Assert.InRange(first.Count, 1, 40);
        Assert.True(query.HasMoreResults);
    }

    [Fact]
    public async Task A_page_that_only_looks_ends_after_five_seconds_of_work()
    {
        await using var house = await CosmosHouse.Open(
            new() { Consistency = Consistency.Session }, index => Only(index, "/partition/?"));
        var container = house.NewContainer();
        await Fill(container, 250, 1_900_000);

        var pages = await Pages(container, "SELECT * FROM c WHERE c.partition = 'p' AND c.number = -1", new());

        Assert.Equal([0, 0], pages.Select(page => page.Count));
        Assert.InRange(pages[0].RequestCharge, 4_500, 4_540);
    }

    [Fact]
    public async Task What_has_no_index_is_loaded_and_charged()
    {
        await using var house = await CosmosHouse.Open(new(), index => Only(index, "/partition/?"));
        var container = house.NewContainer();
        await Fill(container, 20, 10_000);
        house.Control.Log.Watched = true;

        var byId = await Pages(container, "SELECT * FROM c WHERE c.partition = 'p' AND c.id = '7'", new());
        var byNumber = await Pages(container, "SELECT * FROM c WHERE c.partition = 'p' AND c.number = 7", new());

        Assert.Equal("7", Assert.Single(byId[0]).Id);
        Assert.Equal("7", Assert.Single(byNumber[0]).Id);
        Assert.Equal([1, 20], house.Control.Log.All.Select(charge => charge.Query!.Loaded));
        Assert.True(byNumber[0].RequestCharge > byId[0].RequestCharge + 3);
    }

    [Fact]
    public async Task A_query_says_which_indexes_it_used()
    {
        await using var house = await CosmosHouse.Open(new(), index => Only(index, "/partition/?"));
        var container = house.NewContainer();

        var pages = await Pages(
            container, "SELECT * FROM c WHERE c.partition = 'p'", new() { PopulateIndexMetrics = true });

        Assert.Contains("/partition/?", pages[0].IndexMetrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_begins_behind_the_last_one_whatever_was_written_meanwhile()
    {
        await using var house = await CosmosHouse.Open(new());
        var container = house.NewContainer();
        await Fill(container, 4, 10);
        using var query = container.GetItemQueryIterator<Thing>(
            "SELECT * FROM c WHERE c.partition = 'p' ORDER BY c.number",
            requestOptions: new() { PartitionKey = new("p"), MaxItemCount = 2 });

        var first = await query.ReadNextAsync();
        await container.DeleteItemAsync<Thing>("0", new("p"));
        await container.UpsertItemAsync(new Thing("early", "p", Number: -1));
        var second = await query.ReadNextAsync();

        Assert.Equal(["0", "1", "2", "3"], first.Concat(second).Select(thing => thing.Id));
    }

    private static void Only(IndexingPolicy index, string path)
    {
        index.ExcludedPaths.Add(new() { Path = "/*" });
        index.IncludedPaths.Add(new() { Path = path });
    }

    private static async Task Fill(Container container, int count, int size)
    {
        var text = new string('x', size);
        for (var number = 0; number < count; number++)
        {
            await container.CreateItemAsync(new Thing($"{number}", "p", text, number));
        }
    }

    private static async Task<List<FeedResponse<Thing>>> Pages(
        Container container, string sql, QueryRequestOptions options)
    {
        options.PartitionKey = new("p");
        options.MaxItemCount = -1;
        var pages = new List<FeedResponse<Thing>>();
        using var query = container.GetItemQueryIterator<Thing>(sql, requestOptions: options);
        while (query.HasMoreResults)
        {
            pages.Add(await query.ReadNextAsync());
        }

        return pages;
    }
}
