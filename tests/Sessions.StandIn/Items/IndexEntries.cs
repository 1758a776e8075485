using System.Collections;

namespace Sessions.StandIn.Items;

/// <summary>
/// The entries of an index at one moment, in their order. They lie in short arrays, so that to go along them costs
/// little, and the next moment's differ from them by one array.
/// </summary>
internal sealed class IndexEntries : IReadOnlyList<IndexEntry>
{
    private const int MostInABlock = 256;

    private readonly IndexEntry[][] _blocks;
    private readonly int[] _starts;

    private IndexEntries(IndexEntry[][] blocks)
    {
        (_blocks, _starts) = (blocks, new int[blocks.Length]);
        for (var block = 0; block < blocks.Length; block++)
        {
            _starts[block] = Count;
            Count += blocks[block].Length;
        }
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public IndexEntry this[int index]
    {
        get
        {
            var block = BlockOf(index);
            return _blocks[block][index - _starts[block]];
        }
    }

    /// <summary>How many lie before a place.</summary>
    public int Before(IndexEntry place)
    {
        var block = BlockFor(_blocks, place);
        return block < _blocks.Length ? _starts[block] + ~Array.BinarySearch(_blocks[block], place, IndexEntry.Order)
            : Count;
    }

    /// <summary>Some of them, or some of them from behind.</summary>
    public IEnumerable<IndexEntry> Between(int first, int last, bool fromBehind)
    {
        if (first > last)
        {
            yield break;
        }

        var (index, end, step) = fromBehind ? (last, first, -1) : (first, last, 1);
        var block = BlockOf(index);
        var (entries, at) = (_blocks[block], index - _starts[block]);
        while (true)
        {
            yield return entries[at];
            if (index == end)
            {
                yield break;
            }

            (index, at) = (index + step, at + step);
            while (at < 0 || at == entries.Length)
            {
                entries = _blocks[block += step];
                at = fromBehind ? entries.Length - 1 : 0;
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerator<IndexEntry> GetEnumerator() => Between(0, Count - 1, fromBehind: false).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int BlockOf(int index)
    {
        var found = Array.BinarySearch(_starts, index);
        return found >= 0 ? found : ~found - 1;
    }

    // The first block that ends behind a place; the number of blocks when none does.
    private static int BlockFor(IndexEntry[][] blocks, IndexEntry place)
    {
        var (low, high) = (0, blocks.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = IndexEntry.Order.Compare(blocks[middle][^1], place) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The entries of an index as they change. Each of its arrays stays as it is.</summary>
    internal sealed class Changing
    {
        private IndexEntry[][] _blocks;
        private IndexEntries? _now;

        /// <summary>Begins with some entries.</summary>
        public Changing(IEnumerable<IndexEntry> entries)
        {
            var all = entries.ToArray();
            Array.Sort(all, IndexEntry.Order);
            _blocks = [.. all.Chunk(MostInABlock / 2)];
        }

        /// <summary>What they are now.</summary>
        public IndexEntries Now => _now ??= new(_blocks);

        /// <summary>Adds one.</summary>
        public void Add(IndexEntry entry)
        {
            var block = Math.Min(BlockFor(_blocks, entry), _blocks.Length - 1);
            if (block < 0)
            {
                Set([[entry]]);
                return;
            }

            var entries = _blocks[block];
            var at = ~Array.BinarySearch(entries, entry, IndexEntry.Order);
            IndexEntry[] more = [.. entries.AsSpan(0, at), entry, .. entries.AsSpan(at)];
            if (more.Length <= MostInABlock)
            {
                Set(block, more);
                return;
            }

            const int Half = MostInABlock / 2;
            Set([.. _blocks.AsSpan(0, block), more[..Half], more[Half..], .. _blocks.AsSpan(block + 1)]);
        }

        /// <summary>Removes one; what is not there is no matter.</summary>
        public void Remove(IndexEntry entry)
        {
            var block = BlockFor(_blocks, entry);
            if (block == _blocks.Length
                || Array.BinarySearch(_blocks[block], entry, IndexEntry.Order) is not (>= 0 and var at))
            {
                return;
            }

            var entries = _blocks[block];
            IndexEntry[] fewer = [.. entries.AsSpan(0, at), .. entries.AsSpan(at + 1)];
            if (fewer is [])
            {
                Set([.. _blocks.AsSpan(0, block), .. _blocks.AsSpan(block + 1)]);
            }
            else
            {
                Set(block, fewer);
            }
        }

        private void Set(IndexEntry[][] blocks) => (_blocks, _now) = (blocks, null);

        // Somebody may look at the arrays as they were.
        private void Set(int block, IndexEntry[] entries)
        {
            if (_now is not null)
            {
                Set([.. _blocks]);
            }

            _blocks[block] = entries;
        }
    }
}
