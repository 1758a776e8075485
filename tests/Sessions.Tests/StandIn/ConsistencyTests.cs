using System.Net;
using Microsoft.Azure.Cosmos;
using Sessions.StandIn;

namespace Sessions.Tests.StandIn;

/// <summary>Who sees a write, and when.</summary>
public sealed class ConsistencyTests
{
    private static readonly TimeSpan _longerThanATest = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(Consistency.Strong, true)]
    [InlineData(Consistency.Session, false)]
    [InlineData(Consistency.Eventual, false)]
    public async Task Another_client_sees_a_write_at_once_under_Strong_alone(Consistency level, bool sees)
    {
        await using var house = await CosmosHouse.Open(new() { Consistency = level, Lag = _longerThanATest });
        await house.NewContainer().CreateItemAsync(new Thing("one", "p"));
        var other = house.NewContainer();

        Assert.Equal(sees, await Finds(other, "one"));
        Assert.Equal(sees ? 1 : 0, await Count(other));
    }

    [Fact]
    public async Task A_client_sees_its_own_writes_under_Session()
    {
        await using var house = await CosmosHouse.Open(
            new() { Consistency = Consistency.Session, Lag = _longerThanATest });
        var container = house.NewContainer();
        await container.CreateItemAsync(new Thing("one", "p"));
        await container.CreateItemAsync(new Thing("two", "p"));
        await container.DeleteItemAsync<Thing>("two", new("p"));

        Assert.True(await Finds(container, "one"));
        Assert.False(await Finds(container, "two"));
        Assert.Equal(1, await Count(container));
    }

    [Fact]
    public async Task A_client_that_writes_sees_what_was_written_before()
    {
        await using var house = await CosmosHouse.Open(
            new() { Consistency = Consistency.Session, Lag = _longerThanATest });
        await house.NewContainer().CreateItemAsync(new Thing("one", "p"));
        var other = house.NewContainer();

        await other.CreateItemAsync(new Thing("two", "p"));

        Assert.True(await Finds(other, "one"));
    }

    [Fact]
    public async Task A_write_meets_the_newest_version_whatever_its_writer_has_seen()
    {
        await using var house = await CosmosHouse.Open(
            new() { Consistency = Consistency.Session, Lag = _longerThanATest });
        var container = house.NewContainer();
        var created = await container.CreateItemAsync(new Thing("one", "p"));
        var other = house.NewContainer();
        await other.ReplaceItemAsync(new Thing("one", "p", "new"), "one");

        var refused = await Assert.ThrowsAsync<CosmosException>(() => container.ReplaceItemAsync(
            new Thing("one", "p", "mine"), "one", requestOptions: new() { IfMatchEtag = created.ETag }));

        Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
    }

    [Fact]
    public async Task A_request_may_ask_for_less_than_the_account_has()
    {
        await using var house = await CosmosHouse.Open(new() { Lag = _longerThanATest });
        var container = house.NewContainer();
        await container.CreateItemAsync(new Thing("one", "p"));

        using var weak = await container.ReadItemStreamAsync(
            "one", new("p"), new() { ConsistencyLevel = ConsistencyLevel.Eventual });

        Assert.Equal(HttpStatusCode.NotFound, weak.StatusCode);
    }

    [Fact]
    public async Task After_a_while_everybody_sees_it()
    {
        await using var house = await CosmosHouse.Open(
            new() { Consistency = Consistency.Session, Lag = TimeSpan.Zero });
        await house.NewContainer().CreateItemAsync(new Thing("one", "p"));

        Assert.True(await Finds(house.NewContainer(), "one"));
    }

    private static async Task<bool> Finds(Container container, string id)
    {
        using var response = await container.ReadItemStreamAsync(id, new("p"));
        return response.StatusCode is HttpStatusCode.OK;
    }

    private static async Task<int> Count(Container container)
    {
        using var query = container.GetItemQueryIterator<int>(
            "SELECT VALUE COUNT(1) FROM c WHERE c.partition = 'p'", requestOptions: new() { PartitionKey = new("p") });
        return (await query.ReadNextAsync()).Single();
    }
}
