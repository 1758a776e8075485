using Sessions.StandIn.Charges;
using Sessions.StandIn.Items;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Queries;

/// <summary>
/// What the indexes find for a page of a query. It goes along the index that narrows down the most, and where that
/// gives the order, too, no farther than the page.
/// </summary>
/// <param name="Found">The items, or as many of them as the page can need.</param>
/// <param name="Entries">
/// How many entries of an index lie where it looks; what is charged. They are counted by their places in it: to look at
/// each of them would keep a page of ten thousand's beginning waiting for its end.
/// </param>
/// <param name="By">What they come by where the query says nothing; empty for the order of their writes.</param>
internal sealed record Search(List<Item> Found, int Entries, IReadOnlyList<OrderTerm> By)
{
    /// <summary>How many there are, where nobody had to look at them to count them.</summary>
    public int? Counted { get; private init; }

    /// <summary>Looks in a logical partition, or in all of a physical one.</summary>
    /// <param name="where">What is looked through.</param>
    /// <param name="text">The query.</param>
    /// <param name="plan">What indexes do for it.</param>
    /// <param name="policy">Which indexes there are.</param>
    /// <param name="rows">How many rows the page has at most.</param>
    /// <param name="horizon">How far the reader sees.</param>
    /// <param name="from">Where the page begins.</param>
    public static Search In(
        ISearchable where, QueryText text, IndexPlan plan, IndexingPolicy policy, int rows, Horizon horizon,
        Continuation? from)
    {
        if (text.Query.Counts && Count(where, plan, horizon) is { } count)
        {
            return new([], count, []) { Counted = count };
        }

        var order = text.Query.OrderBy;
        var paths = plan.ScansIndex || plan.InIndex is [] ? null : BestOf(plan, policy, where.KnownPath, order);
        if (paths is null)
        {
            List<Item> all = [.. where.Seen(horizon)];
            List<Item> found = [.. all.Where(item => plan.IsFound(item) && (from?.CompareTo(item, order) ?? -1) < 0)];
            return new(found, plan.ScansIndex ? all.Count : found.Count, []);
        }

        // In a logical partition what comes in no order comes in that of its writes.
        IReadOnlyList<OrderTerm> by = order is [] && where.KnownPath is null
            ? [.. paths.Select(path => new OrderTerm(new("c", path[1..].Split('/')), Descending: false))]
            : [];
        var walk = new IndexWalk(
            where.View(paths), IndexSpans.Of(new Expression.And(plan.InIndex), paths), horizon, from,
            by is [] ? order : by);
        var isInOrder = by is not [] || (plan.Order is OrderUse.FromIndex && IsOrder(paths, order));
        if (!isInOrder || plan.NeedsItems || text.Query.Counts || text.Query.Value is not null || rows is int.MaxValue)
        {
            var found = walk.All();
            return new(found, found.Count, by);
        }

        var taken = from?.Taken ?? 0;
        var most = Math.Min(rows + Math.Max(0, text.Skip - taken), text.Top - taken) + 1;
        return new(walk.First(most), walk.Entries, by);
    }

    // By the places of an index that is made for it, of what must be equal and then of what may be in a range: an entry
    // costs some looks at memory that is far away, and a page with a total would take the processor for ten thousand.
    private static int? Count(ISearchable where, IndexPlan plan, Horizon horizon)
    {
        var filter = new Expression.And(plan.InIndex);
        var conditions = Condition.AllOf(filter).ToLookup(one => one.IsEquality, one => one.Paths);
        List<string> equal = [.. conditions[true].SelectMany(paths => paths).Distinct()];
        List<string> others = [.. conditions[false].SelectMany(paths => paths).Except(equal)];
        if (plan.NeedsItems || plan.ScansIndex || equal is [] || others is [_, _, ..])
        {
            return null;
        }

        IReadOnlyList<string> paths = [.. equal, .. others];
        var view = where.View(paths);
        return view.ShowsAll(horizon)
            ? new IndexWalk(view, IndexSpans.Of(filter, paths), horizon, null, []).Count
            : null;
    }

    // The same one for every page of a query, whatever is written meanwhile.
    private static IReadOnlyList<string>? BestOf(
        IndexPlan plan, IndexingPolicy policy, string? known, IReadOnlyList<OrderTerm> order)
    {
        const int OfOrder = 5;
        var filter = new Expression.And(plan.InIndex);
        var singles = plan.InIndex.SelectMany(term => term.Paths()).Select(path => path.Index)
            .Concat(order is [var only] ? [only.Path.Index] : [])
            .Distinct()
            .Where(policy.HasRange);
        IReadOnlyList<string>? best = null;
        var most = 0;
        foreach (var paths in policy.Composites.Select(index => index.Select(path => path.Path).ToList())
            .Concat(singles.Select(path => new List<string> { path })))
        {
            var worth = IndexSpans.Worth(filter, paths, known) + (IsOrder(paths, order) ? OfOrder : 0);
            (best, most) = worth > most ? (paths, worth) : (best, most);
        }

        return best;
    }

    private static bool IsOrder(IReadOnlyList<string> paths, IReadOnlyList<OrderTerm> order) =>
        paths.SequenceEqual(order.Select(term => term.Path.Index))
        && order.All(term => term.Descending == order[0].Descending);
}

/// <summary>Goes along an index.</summary>
/// <param name="view">The index.</param>
/// <param name="spans">Where in it.</param>
/// <param name="horizon">How far the reader sees.</param>
/// <param name="from">What the items come behind; null for nothing.</param>
/// <param name="order">The order that it is behind in.</param>
internal sealed class IndexWalk(
    IndexView view, IReadOnlyList<IndexSpan> spans, Horizon horizon, Continuation? from, IReadOnlyList<OrderTerm> order)
{
    private readonly bool _descending = order is [{ Descending: true }, ..];

    /// <summary>How many entries there are.</summary>
    public int Entries => spans.Sum(span => view.Entries.Before(span.To) - view.Entries.Before(span.From));

    /// <summary>How many are found in an index that shows all; null where each has to be looked at.</summary>
    public int? Count
    {
        get
        {
            var count = 0;
            foreach (var span in spans)
            {
                if (span is { Left: not null, IsRange: false })
                {
                    return null;
                }

                count += Passing(span.Left, view.Entries.Before(span.From), view.Entries.Before(span.To) - 1);
            }

            return count;
        }
    }

    /// <summary>All that is found.</summary>
    public List<Item> All() => [.. Found(isToEnd: false).Select(one => one.Item)];

    /// <summary>The first that are found, and those that share their place with the last of them.</summary>
    /// <param name="most">How many.</param>
    public List<Item> First(int most)
    {
        List<Item> first = [];
        IndexEntry? last = null;
        foreach (var (item, entry) in Found(isToEnd: true))
        {
            if (first.Count >= most && !entry.IsBeside(last!))
            {
                break;
            }

            first.Add(item);
            last = entry;
        }

        return first;
    }

    // What lies between two that are in a range is in it, too.
    private int Passing(Expression? range, int first, int last)
    {
        if (first > last)
        {
            return 0;
        }

        var (isFirst, isLast) = range is null ? (true, true) : (IsIn(range, first), IsIn(range, last));
        if (isFirst && isLast)
        {
            return last - first + 1;
        }

        if (!isFirst && !isLast && view.Entries[first].IsBeside(view.Entries[last]))
        {
            return 0;
        }

        var middle = (first + last) / 2;
        return Passing(range, first, middle) + Passing(range, middle + 1, last);
    }

    private bool IsIn(Expression range, int index) => Evaluator.IsTrue(range, view.Entries[index].Version.Item!);

    // In the order of the index, where that is the order of the query.
    private IEnumerable<(Item Item, IndexEntry Entry)> Found(bool isToEnd)
    {
        var isBehind = isToEnd && from is not null;
        foreach (var span in _descending ? spans.Reverse() : spans)
        {
            var (first, last) = (view.Entries.Before(span.From), view.Entries.Before(span.To) - 1);
            if (isBehind && _descending)
            {
                last = Math.Min(last, view.Entries.Before(IndexEntry.Behind(from!.Keys)) - 1);
            }
            else if (isBehind)
            {
                first = Math.Max(first, view.Entries.Before(IndexEntry.Before(from!.Keys)));
            }

            foreach (var entry in view.Entries.Between(first, last, _descending))
            {
                if (view.Seen(entry, horizon) is { } item
                    && (span.Left is null || Evaluator.IsTrue(span.Left, item))
                    && (from is null || from.CompareTo(item, order) < 0))
                {
                    yield return (item, entry);
                }
            }
        }
    }
}
