using System.Collections.Concurrent;
using Sessions.StandIn.Charges;

namespace Sessions.StandIn.Items;

/// <summary>
/// A physical partition: some of the logical ones, with the throughput that is theirs. Every write in it has a number,
/// which is what session tokens name.
/// </summary>
internal sealed class PhysicalPartition(int index, string min, string max, Throughput throughput, ChangeFeed feed)
{
    private readonly ConcurrentDictionary<string, LogicalPartition> _partitions = new(StringComparer.Ordinal);
    private long _number;

    public string Id { get; } = $"{index}";

    public string Min => min;

    public string Max => max;

    public Throughput Throughput => throughput;

    /// <summary>What was written in it.</summary>
    public ChangeFeed Feed => feed;

    /// <summary>The number of the last write.</summary>
    public long Number => Volatile.Read(ref _number);

    public IEnumerable<LogicalPartition> All => _partitions.Select(static pair => pair.Value);

    public long NextNumber() => Interlocked.Increment(ref _number);

    public LogicalPartition Of(string key, Container container) =>
        _partitions.GetOrAdd(key, static (name, owner) => new(name, owner), container);
}
