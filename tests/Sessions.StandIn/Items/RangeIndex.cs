using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Items;

/// <summary>
/// Where the items of a physical partition lie by the text at one path, or by those at two, so that a query over all of
/// it need not look at each of them. An entry stays until somebody who comes by finds that nobody can see its item with
/// that text any more.
/// </summary>
/// <param name="path">The path.</param>
/// <param name="leading">The path whose text comes before it; null for none.</param>
internal sealed class RangeIndex(string path, string? leading)
{
    private const int MostInABlock = 1024;

    private readonly string[] _steps = path[1..].Split('/');
    private readonly string[]? _leading = leading?[1..].Split('/');
    private readonly Lock _gate = new();
    private readonly List<List<Entry>> _blocks = [[]];
    private bool _isBuilt;

    /// <summary>Takes in what was there before the index was.</summary>
    public void Build(IEnumerable<LogicalPartition> partitions)
    {
        lock (_gate)
        {
            if (_isBuilt)
            {
                return;
            }

            _isBuilt = true;
            foreach (var partition in partitions)
            {
                foreach (var item in partition.Seen(Horizon.Everything))
                {
                    Add(partition, item);
                }
            }
        }
    }

    /// <summary>Takes in what was written, which everybody sees from now on.</summary>
    public void Add(LogicalPartition partition, IEnumerable<Item?> written)
    {
        lock (_gate)
        {
            foreach (var item in written.OfType<Item>())
            {
                Add(partition, item);
            }
        }
    }

    /// <summary>How many entries there are between two texts, both included.</summary>
    public int Count(string? from, string to)
    {
        lock (_gate)
        {
            var (first, last) = (Place(from ?? "", false), Place(to, true));
            var between = 0;
            for (var block = first.Block; block < last.Block; block++)
            {
                between += _blocks[block].Count;
            }

            return between + last.Index - first.Index;
        }
    }

    /// <summary>Finds items between two texts, both included, in the order of their texts.</summary>
    /// <param name="from">The first text; null for the very first.</param>
    /// <param name="to">The last text.</param>
    /// <param name="horizon">How far the reader sees.</param>
    /// <param name="isWanted">Whether an item is.</param>
    /// <param name="most">With how many it may end; those with the text of the last one come all.</param>
    public List<Item> Find(string? from, string to, Horizon horizon, Func<Item, bool> isWanted, int most)
    {
        List<Item> found = [];
        lock (_gate)
        {
            var (block, index) = Place(from ?? "", false);
            while (block < _blocks.Count)
            {
                if (index >= _blocks[block].Count)
                {
                    (block, index) = (block + 1, 0);
                    continue;
                }

                var entry = _blocks[block][index];
                if (string.CompareOrdinal(entry.Text, to) > 0
                    || (found.Count >= most && TextOf(found[^1]) != entry.Text))
                {
                    break;
                }

                if (!entry.Partition.MayBeSeen(entry.Id, item => TextOf(item) == entry.Text))
                {
                    Remove(block, index);
                    continue;
                }

                index++;
                if (entry.Partition.Find(entry.Id, horizon) is { } item && TextOf(item) == entry.Text && isWanted(item))
                {
                    found.Add(item);
                }
            }
        }

        return found;
    }

    /// <summary>What an entry with these texts is found by.</summary>
    public static string Key(string? leading, string text) => leading is null ? text : $"{leading}\0{text}";

    private string? TextOf(Item item) =>
        item.At(_steps) is not { Type: SqlType.String } value ? null
        : _leading is null ? value.Text
        : item.At(_leading) is { Type: SqlType.String } first ? Key(first.Text, value.Text)
        : null;

    private void Add(LogicalPartition partition, Item item)
    {
        if (TextOf(item) is not { } text)
        {
            return;
        }

        var entry = new Entry(text, partition, item.Id);
        var block = _blocks[BlockOf(first => first.CompareTo(entry) <= 0)];
        var index = block.BinarySearch(entry);
        if (index >= 0)
        {
            return;
        }

        block.Insert(~index, entry);
        if (block.Count > MostInABlock)
        {
            var half = block.Count / 2;
            _blocks.Insert(_blocks.IndexOf(block) + 1, block[half..]);
            block.RemoveRange(half, block.Count - half);
        }
    }

    private void Remove(int block, int index)
    {
        _blocks[block].RemoveAt(index);
        if (_blocks[block].Count is 0 && _blocks.Count > 1)
        {
            _blocks.RemoveAt(block);
        }
    }

    // Before the entries with this text, or behind them.
    private (int Block, int Index) Place(string text, bool behind)
    {
        bool IsBefore(Entry entry) =>
            string.CompareOrdinal(entry.Text, text) is var way && (way < 0 || (behind && way == 0));
        var block = BlockOf(IsBefore);
        var (low, high) = (0, _blocks[block].Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = IsBefore(_blocks[block][middle]) ? (middle + 1, high) : (low, middle);
        }

        return (block, low);
    }

    // The last block that begins with such an entry, else the first.
    private int BlockOf(Func<Entry, bool> isBefore)
    {
        var (low, high) = (0, _blocks.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _blocks[middle] is [var first, ..] && isBefore(first) ? (middle + 1, high) : (low, middle);
        }

        return Math.Max(0, low - 1);
    }

    private readonly record struct Entry(string Text, LogicalPartition Partition, string Id) : IComparable<Entry>
    {
        public int CompareTo(Entry other) =>
            string.CompareOrdinal(Text, other.Text) is not 0 and var way ? way
            : string.CompareOrdinal(Partition.Key, other.Partition.Key) is not 0 and var far ? far
            : string.CompareOrdinal(Id, other.Id);
    }
}
