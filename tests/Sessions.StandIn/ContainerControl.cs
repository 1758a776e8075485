using System.Text.Json;
using Sessions.StandIn.Charges;
using Sessions.StandIn.Items;

namespace Sessions.StandIn;

/// <summary>What tests may turn and read of a container.</summary>
public sealed class ContainerControl
{
    private readonly Container _container;

    internal ContainerControl(Container container) => _container = container;

    /// <summary>What its requests cost.</summary>
    public ChargeLog Log => _container.Log;

    /// <summary>How many items were written since the beginning, each as often as it was; or removed.</summary>
    public long Writes => _container.Ranges.Sum(range => range.Number);

    /// <summary>How many request units it has in a second; infinite for as many as it likes.</summary>
    public void Throttle(double unitsPerSecond) => _container.UnitsPerSecond = unitsPerSecond;

    /// <summary>How many request units each of its logical partitions has in a second.</summary>
    public void ThrottlePartitions(double unitsPerSecond) => _container.PartitionUnitsPerSecond = unitsPerSecond;

    /// <summary>How many bytes each of its logical partitions holds at most: 20 GB in the service.</summary>
    public void LimitPartitions(long bytes) => _container.PartitionBytes = bytes;

    /// <summary>How many bytes this one of them holds at most.</summary>
    public void LimitPartition(string key, long bytes) => _container.Partition(key).Bytes = bytes;

    /// <summary>What is stored: for each item its partition, its members and how many bytes it has.</summary>
    public IEnumerable<(string Partition, JsonElement Json, int Bytes)> Items =>
        from range in _container.Ranges
        from partition in range.All
        from item in partition.Seen(Horizon.Everything)
        select (partition.Key, item.Root, item.Json.Length);
}
