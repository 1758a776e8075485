using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>Queries that need more than a second's throughput.</summary>
public sealed class CarryOnTests : CosmosTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_query_carries_on_where_it_was_throttled(bool acrossPartitions)
    {
        await AddMoreThanASecondsWorth(unitsPerSecond: 20);
        var before = Wire.Requests;
        List<string> found = acrossPartitions
            ? [.. (await Store.ReadDue(new([Kind], Clock.Now, 100), default)).Value!.Select(due => due.Id)]
            : [.. (await Store.List(new(Partition, Kind, 100), default)).Value!.Select(one => one.Id)];

        Assert.Equal(60, found.Distinct().Count());
        Assert.Equal(60, found.Count);
        Assert.True(Wire.Requests - before > 1);
    }

    [Fact]
    public async Task So_does_one_that_is_throttled_among_those_that_it_passes_over()
    {
        await AddMoreThanASecondsWorth(unitsPerSecond: 8);
        var before = Wire.Requests;

        var found = await Store.ListNames(new(Partition, Kind, 3) { Skip = 50 }, default);

        Assert.Equal(["d09", "d08", "d07"], found.Value!.Select(name => name.Id));
        Assert.True(Wire.Requests - before > 1);
    }

    private async Task AddMoreThanASecondsWorth(double unitsPerSecond)
    {
        for (var number = 0; number < 60; number++)
        {
            await Add(NewDocument($"d{number:d2}") with { DueAt = Clock.Now });
        }

        await CosmosStandIn.Throttle(Settings, unitsPerSecond);
    }
}
