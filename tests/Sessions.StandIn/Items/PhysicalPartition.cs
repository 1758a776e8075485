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
    private readonly ConcurrentDictionary<(string Path, string? Leading), RangeIndex> _indexes = new();
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

    /// <summary>The index of a path, perhaps behind another one; it is made when it is first asked for.</summary>
    public RangeIndex IndexOf(string path, string? leading)
    {
        var index = _indexes.GetOrAdd((path, leading), static paths => new(paths.Path, paths.Leading));
        index.Build(All);
        return index;
    }

    /// <summary>Takes note of what a change has written, which everybody sees from now on.</summary>
    public void Add(LogicalPartition partition, IReadOnlyList<(string Id, Item? Item, DateTimeOffset At)> written)
    {
        feed.Add(partition.Key, written);
        foreach (var (_, index) in _indexes)
        {
            index.Add(partition, written.Select(write => write.Item));
        }
    }

    public long NextNumber() => Interlocked.Increment(ref _number);

    public LogicalPartition Of(string key, Container container) =>
        _partitions.GetOrAdd(key, static (name, owner) => new(name, owner), container);
}
