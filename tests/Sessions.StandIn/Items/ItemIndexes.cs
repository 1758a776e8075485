namespace Sessions.StandIn.Items;

/// <summary>
/// The indexes of what is looked through, a physical partition or a logical one. Each is made when it is first asked
/// for. Who uses them has the lock of the physical partition.
/// </summary>
internal sealed class ItemIndexes
{
    private readonly List<(IReadOnlyList<string> Paths, ItemIndex Index)> _indexes = [];

    /// <summary>The index of some paths.</summary>
    /// <param name="paths">The paths.</param>
    /// <param name="all">What there is, to build it from.</param>
    public ItemIndex Of(IReadOnlyList<string> paths, Func<IEnumerable<ItemVersion>> all)
    {
        foreach (var (known, index) in _indexes)
        {
            if (known.SequenceEqual(paths))
            {
                return index;
            }
        }

        var made = new ItemIndex(paths);
        made.Build(all());
        _indexes.Add((paths, made));
        return made;
    }

    /// <summary>Takes in a version.</summary>
    public void Add(ItemVersion version) => _indexes.ForEach(one => one.Index.Add(version));

    /// <summary>Forgets a version.</summary>
    public void Remove(ItemVersion version) => _indexes.ForEach(one => one.Index.Remove(version));
}

/// <summary>What a query looks through: a physical partition or a logical one.</summary>
internal interface ISearchable
{
    /// <summary>The path at which all have the same value; null for none.</summary>
    string? KnownPath { get; }

    /// <summary>All that a reader sees.</summary>
    IEnumerable<Item> Seen(Horizon horizon);

    /// <summary>An index, as it is now.</summary>
    IndexView View(IReadOnlyList<string> paths);
}

/// <summary>An index as it was at one moment, whatever is written since.</summary>
/// <param name="Entries">What was in it.</param>
/// <param name="Commits">How many commits there had been.</param>
/// <param name="Container">Knows what has expired.</param>
internal readonly record struct IndexView(IndexEntries Entries, long Commits, Container Container)
{
    /// <summary>What a reader sees at an entry; null for nothing.</summary>
    public Item? Seen(IndexEntry entry, Horizon horizon) =>
        entry.Version is { Item: { } item } version && version.IsSeen(horizon, Commits)
        && !Container.IsExpired(item)
            ? item
            : null;
}
