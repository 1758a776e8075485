using Sessions.StandIn.Charges;

namespace Sessions.StandIn.Items;

/// <summary>
/// A physical partition: some of the logical ones, with the throughput that is theirs. Every write in it has a number,
/// which is what session tokens name.
/// </summary>
internal sealed class PhysicalPartition(int index, string min, string max, Throughput throughput)
{
    private readonly Dictionary<string, LogicalPartition> _partitions = new(StringComparer.Ordinal);

    public string Id { get; } = $"{index}";

    public string Min => min;

    public string Max => max;

    public Throughput Throughput => throughput;

    /// <summary>The number of the last write.</summary>
    public long Number { get; private set; }

    public IEnumerable<LogicalPartition> All => _partitions.Values;

    public long NextNumber() => ++Number;

    public LogicalPartition Of(string key, Container container)
    {
        if (!_partitions.TryGetValue(key, out var partition))
        {
            _partitions[key] = partition = new(key, container);
        }

        return partition;
    }
}
