using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Items;

/// <summary>
/// The versions of items that somebody may see, in the order of the values at some paths, so that a query comes at once
/// to those between two places. Who uses it has the lock of its physical partition.
/// </summary>
/// <param name="paths">The paths, such as <c>/kind</c>.</param>
internal sealed class ItemIndex(IReadOnlyList<string> paths)
{
    private readonly string[][] _paths = [.. paths.Select(path => path[1..].Split('/'))];
    private IndexEntries.Changing _entries = new([]);

    /// <summary>What is in it now.</summary>
    public IndexEntries Entries => _entries.Now;

    /// <summary>Takes in what was there before it was.</summary>
    public void Build(IEnumerable<ItemVersion> versions) => _entries = new(versions.Select(EntryOf));

    /// <summary>Takes in a version.</summary>
    public void Add(ItemVersion version) => _entries.Add(EntryOf(version));

    /// <summary>Forgets a version.</summary>
    public void Remove(ItemVersion version) => _entries.Remove(EntryOf(version));

    private IndexEntry EntryOf(ItemVersion version) =>
        new([.. _paths.Select(steps => version.Item!.At(steps))], version, 0);
}

/// <summary>Where a version of an item lies in an index, or a place before or behind all with some values.</summary>
/// <param name="keys">The values; of a place perhaps fewer than the index has paths.</param>
/// <param name="version">The version; null for a place.</param>
/// <param name="side">Of a place, whether it is before them (-1) or behind them (1).</param>
internal sealed class IndexEntry(SqlValue[] keys, ItemVersion? version, int side)
{
    /// <summary>By the values, then by which item is older.</summary>
    public static IComparer<IndexEntry> Order { get; } = Comparer<IndexEntry>.Create(Compare);

    /// <summary>The version.</summary>
    public ItemVersion Version => version!;

    /// <summary>The place before all that begin with these values.</summary>
    public static IndexEntry Before(IEnumerable<SqlValue> keys) => new([.. keys], null, -1);

    /// <summary>The place behind all that begin with these values.</summary>
    public static IndexEntry Behind(IEnumerable<SqlValue> keys) => new([.. keys], null, 1);

    /// <summary>Whether it lies with another one: at the same values.</summary>
    public bool IsBeside(IndexEntry other) => CompareKeys(other) is 0;

    private static int Compare(IndexEntry one, IndexEntry other) =>
        one.CompareKeys(other) is not 0 and var way ? way
        : one.Side is not 0 and var side ? side
        : other.Side is not 0 and var contrary ? -contrary
        : one.Version.Item!.Stamp.Number.CompareTo(other.Version.Item!.Stamp.Number) is not 0 and var older ? older
        : string.CompareOrdinal(one.Version.Item.Stamp.ETag, other.Version.Item.Stamp.ETag);

    private int Side => side;

    private SqlValue[] Keys => keys;

    private int CompareKeys(IndexEntry other)
    {
        for (var index = 0; index < keys.Length && index < other.Keys.Length; index++)
        {
            if (SqlValue.Order(keys[index], other.Keys[index]) is not 0 and var way)
            {
                return way;
            }
        }

        return 0;
    }
}
