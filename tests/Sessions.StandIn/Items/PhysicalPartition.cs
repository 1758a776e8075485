using System.Collections.Concurrent;
using Sessions.StandIn.Charges;

namespace Sessions.StandIn.Items;

/// <summary>
/// A physical partition: some of the logical ones, with the throughput that is theirs. Every write in it has a number,
/// which is what session tokens name.
/// </summary>
internal sealed class PhysicalPartition(
    int index, string min, string max, Throughput throughput, ChangeFeed feed, Container container) : ISearchable
{
    private readonly ConcurrentDictionary<string, LogicalPartition> _partitions = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly ItemIndexes _indexes = new();
    private readonly Queue<(LogicalPartition Partition, ItemVersion Version, DateTimeOffset At)> _replaced = new();
    private long _number;
    private long _commits;

    public string Id { get; } = $"{index}";

    public string Min => min;

    public string Max => max;

    public Throughput Throughput => throughput;

    /// <summary>What was written in it.</summary>
    public ChangeFeed Feed => feed;

    /// <summary>The number of the last write.</summary>
    public long Number => Volatile.Read(ref _number);

    public IEnumerable<LogicalPartition> All => _partitions.Select(static pair => pair.Value);

    /// <inheritdoc/>
    public string? KnownPath => null;

    /// <inheritdoc/>
    public IEnumerable<Item> Seen(Horizon horizon) => All.SelectMany(partition => partition.Seen(horizon));

    /// <inheritdoc/>
    public IndexView View(IReadOnlyList<string> paths) =>
        View(_indexes, paths, () => All.SelectMany(partition => partition.Versions));

    /// <summary>An index of a logical partition in it, as it is now: who looks at it holds up nobody.</summary>
    public IndexView View(ItemIndexes indexes, IReadOnlyList<string> paths, Func<IEnumerable<ItemVersion>> all)
    {
        lock (_gate)
        {
            var settled = Forget();
            return indexes.View(
                paths, () => all().Where(version => version.MayBeSeen(settled)), _commits, container);
        }
    }

    /// <summary>Puts what a change has written into the indexes and lets everybody see it, at one moment.</summary>
    /// <param name="partition">Where it was written.</param>
    /// <param name="written">What was.</param>
    /// <param name="show">Lets it be seen.</param>
    public void Commit(LogicalPartition partition, IReadOnlyList<ItemWrite> written, Action show)
    {
        lock (_gate)
        {
            _commits++;
            foreach (var (_, version, before) in written)
            {
                if (version.Item is { } item)
                {
                    var mayExpire = container.MayExpire(item);
                    _indexes.Add(version, mayExpire);
                    partition.Indexes.Add(version, mayExpire);
                }

                if (before is not null)
                {
                    before.EndWith(version, _commits);
                    _indexes.Replace();
                    partition.Indexes.Replace();
                    _replaced.Enqueue((partition, before, version.At));
                }
            }

            Forget();
            show();
            feed.Add(partition.Key, written);
        }
    }

    public long NextNumber() => Interlocked.Increment(ref _number);

    public LogicalPartition Of(string key, Container container) =>
        _partitions.GetOrAdd(key, static (name, owner) => new(name, owner), container);

    // What every replica has replaced nobody sees any more, but who came a moment ago, by what was settled then.
    private DateTimeOffset Forget()
    {
        var settled = container.Settled - container.Lag;
        while (_replaced.TryPeek(out var replaced) && replaced.At <= settled)
        {
            _replaced.Dequeue();
            _indexes.Remove(replaced.Version);
            replaced.Partition.Indexes.Remove(replaced.Version);
        }

        return settled;
    }
}
