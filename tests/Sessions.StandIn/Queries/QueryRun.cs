using Sessions.StandIn.Charges;
using Sessions.StandIn.Items;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Queries;

/// <summary>What bounds a page beside the query itself.</summary>
/// <param name="Rows">How many rows at most.</param>
/// <param name="Units">How many request units; a page goes beyond them by the last item at most.</param>
internal readonly record struct PageLimits(int Rows, double Units);

/// <summary>One page of an answer.</summary>
/// <param name="Rows">The rows, in JSON.</param>
/// <param name="Next">Where the next page begins; null when there is none.</param>
/// <param name="Units">What it cost, at a level that does not double it.</param>
/// <param name="Facts">What was done for it.</param>
internal sealed record QueryPage(
    IReadOnlyList<ReadOnlyMemory<byte>> Rows, Continuation? Next, double Units, QueryFacts Facts);

/// <summary>
/// Answers one page of a query: finds in the indexes what they can find, loads items one after the other, and stops
/// where the service would: at so many rows, at 4 MB, at 5 seconds' worth of work or at the end of its throughput.
/// https://learn.microsoft.com/azure/cosmos-db/concepts-limits#per-request-limits
/// </summary>
internal sealed class QueryRun(QueryText text, IndexPlan plan, Search search, PageLimits limits)
{
    private const int MaxPageBytes = 4 * 1024 * 1024;

    private readonly IReadOnlyList<OrderTerm> _order = search.By is [] ? text.Query.OrderBy : search.By;
    private readonly IReadOnlyList<OrderTerm> _within = search.By is [] ? plan.Within : search.By;
    private readonly List<ReadOnlyMemory<byte>> _rows = [];
    private double _units;
    private int _loaded;
    private long _loadedBytes;
    private long _bytes;

    public QueryPage Run(Continuation? from)
    {
        var found = search.Found;
        if (from is null)
        {
            _units += ChargeModel.Start(search.Entries);
        }

        if (plan.Order is OrderUse.Sorted && from is null)
        {
            found.ForEach(Load);
        }

        var next = text.Query.Counts ? Count(found) : Collect(found, from);
        return new(_rows, next, ChargeModel.Page(_units), new(
            text.Sql, plan.Uses, plan.Order, _loaded, _loadedBytes, _rows.Count, _bytes, next is not null));
    }

    // As an index gives them: one after the other, and none that nobody comes to.
    private IEnumerable<Item> InOrder(List<Item> found) => IsInOrder(found) ? found : Sorted(found);

    private bool IsInOrder(List<Item> found)
    {
        for (var index = 1; index < found.Count; index++)
        {
            if (Compare(found[index - 1], found[index]) > 0)
            {
                return false;
            }
        }

        return true;
    }

    private IEnumerable<Item> Sorted(List<Item> found)
    {
        var left = new PriorityQueue<Item, Item>(
            found.Select(item => (item, item)), Comparer<Item>.Create(Compare));
        while (left.TryDequeue(out var item, out _))
        {
            yield return item;
        }
    }

    // The older first where the order says nothing.
    private int Compare(Item one, Item other)
    {
        for (var index = 0; index < _within.Count; index++)
        {
            var (path, descending) = _within[index];
            var way = SqlValue.Order(one.At(path.Steps), other.At(path.Steps));
            if (way is not 0)
            {
                return descending ? -way : way;
            }
        }

        return one.Stamp.Number.CompareTo(other.Stamp.Number);
    }

    private Continuation? Collect(List<Item> found, Continuation? from)
    {
        var taken = from?.Taken ?? 0;
        Item? last = null;
        foreach (var item in InOrder(found).TakeWhile(_ => taken < text.Top))
        {
            if (last is not null && (_rows.Count == limits.Rows || _units >= limits.Units))
            {
                return After(last, taken);
            }

            if (plan.Order is not OrderUse.Sorted || from is not null)
            {
                Load(item);
            }

            var isMatch = plan.IsMatch(item);
            if (isMatch && taken < text.Skip)
            {
                PassOver(item);
                (last, taken) = (item, taken + 1);
                continue;
            }

            var row = isMatch ? Rows.Of(text.Query, item) : default;
            if (last is not null && _bytes > 0 && _bytes + row.Length > MaxPageBytes)
            {
                return After(last, taken);
            }

            last = item;
            if (!row.IsEmpty)
            {
                Add(row);
                taken++;
            }
        }

        return null;
    }

    // An aggregate that the indexes cannot answer alone is carried on page by page; the client adds them up.
    private Continuation? Count(List<Item> found)
    {
        if (!plan.NeedsItems)
        {
            Add(Rows.OfCount(text.Query, search.Counted ?? found.Count));
            return null;
        }

        var (count, looked) = (0, 0);
        Item? last = null;
        foreach (var item in InOrder(found).TakeWhile(_ => last is null || _units < limits.Units))
        {
            Load(item);
            count += plan.IsMatch(item) ? 1 : 0;
            looked++;
            last = item;
        }

        Add(Rows.OfCount(text.Query, count));
        return last is null || looked == found.Count ? null : After(last, 0);
    }

    private Continuation After(Item last, int taken) => Continuation.After(last, _order, taken);

    private void Load(Item item)
    {
        _loaded++;
        _loadedBytes += item.Json.Length;
        _units += ChargeModel.Load(item.Kilobytes);
    }

    // "The RU charge of a query with OFFSET LIMIT increases as the number of terms being offset increases":
    // https://learn.microsoft.com/cosmos-db/query/offset-limit. By how much it does not say; assumed is what it costs
    // to give them, of which nothing is smaller than a name.
    private void PassOver(Item item) => _units += ChargeModel.Return(item.Id.Length / 1024.0);

    private void Add(ReadOnlyMemory<byte> row)
    {
        _rows.Add(row);
        _bytes += row.Length;
        _units += ChargeModel.Return(row.Length / 1024.0);
    }
}
