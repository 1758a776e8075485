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
        for (var number = 0; number < 60; number++)
        {
            await Add(NewDocument($"d{number:d2}") with { DueAt = Clock.Now });
        }

        await CosmosStandIn.Throttle(Settings, 20);
        var before = Wire.Requests;
        List<string> found = acrossPartitions
            ? [.. (await Store.ReadDue(new([Kind], Clock.Now, 100), default)).Value!.Select(due => due.Id)]
            : [.. (await Store.List(new(Partition, Kind, 100), default)).Value!.Select(one => one.Id)];

        Assert.Equal(60, found.Distinct().Count());
        Assert.Equal(60, found.Count);
        Assert.True(Wire.Requests - before > 1);
    }
}
