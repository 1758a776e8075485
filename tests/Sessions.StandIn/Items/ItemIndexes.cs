namespace Sessions.StandIn.Items;

/// <summary>
/// The indexes of what is looked through, a physical partition or a logical one. Each is made when it is first asked
/// for. Who uses them has the lock of the physical partition.
/// </summary>
internal sealed class ItemIndexes
{
    private readonly List<(IReadOnlyList<string> Paths, ItemIndex Index)> _indexes = [];
    private int _replaced;
    private bool _mayExpire;
    private ItemVersion? _last;

    /// <summary>An index, as it is now.</summary>
    /// <param name="paths">Its paths.</param>
    /// <param name="all">What there is, to build it from.</param>
    /// <param name="commits">How many commits there were.</param>
    /// <param name="container">Whose items they are.</param>
    public IndexView View(
        IReadOnlyList<string> paths, Func<IEnumerable<ItemVersion>> all, long commits, Container container) =>
        new(Of(paths, all).Entries, commits, container, _replaced is 0 && !_mayExpire, _last);

    /// <summary>Takes in a version.</summary>
    /// <param name="version">The version.</param>
    /// <param name="mayExpire">Whether its item has a time to live.</param>
    public void Add(ItemVersion version, bool mayExpire)
    {
        (_last, _mayExpire) = (version, _mayExpire || mayExpire);
        _indexes.ForEach(one => one.Index.Add(version));
    }

    /// <summary>Takes note that a version was replaced, which somebody may still see.</summary>
    public void Replace() => _replaced++;

    /// <summary>Forgets a version that was replaced.</summary>
    public void Remove(ItemVersion version)
    {
        _replaced--;
        if (version.Item is not null)
        {
            _indexes.ForEach(one => one.Index.Remove(version));
        }
    }

    private ItemIndex Of(IReadOnlyList<string> paths, Func<IEnumerable<ItemVersion>> all)
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
/// <param name="HidesNone">Whether no entry is of what was replaced, or may expire.</param>
/// <param name="Last">What was written last; null for nothing.</param>
internal readonly record struct IndexView(
    IndexEntries Entries, long Commits, Container Container, bool HidesNone, ItemVersion? Last)
{
    /// <summary>Whether a reader sees something at each entry.</summary>
    public bool ShowsAll(Horizon horizon) => HidesNone && Last?.IsKnown(horizon) is not false;

    /// <summary>What a reader sees at an entry; null for nothing.</summary>
    public Item? Seen(IndexEntry entry, Horizon horizon) =>
        entry.Version is { Item: { } item } version && version.IsSeen(horizon, Commits)
        && !Container.IsExpired(item)
            ? item
            : null;
}
