using Sessions.StandIn.Charges;
using Sessions.StandIn.Items;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Queries;

/// <summary>
/// What the indexes do for a query, by the published rules and no kinder:
/// https://learn.microsoft.com/azure/cosmos-db/index-policy#composite-indexes
/// </summary>
internal sealed class IndexPlan
{
    private readonly List<Expression> _inIndex = [];
    private readonly List<Expression> _inItem = [];
    private readonly List<IndexUse> _uses = [];

    private IndexPlan(OrderUse order, IReadOnlyList<OrderTerm> within) => (Order, Within) = (order, within);

    public OrderUse Order { get; }

    /// <summary>What the order goes by among the items that are found: not by what all of them share.</summary>
    public IReadOnlyList<OrderTerm> Within { get; }

    /// <summary>How each condition is answered.</summary>
    public IReadOnlyList<IndexUse> Uses => _uses;

    /// <summary>The conditions that indexes answer.</summary>
    public IReadOnlyList<Expression> InIndex => _inIndex;

    /// <summary>Whether the items themselves must be looked at.</summary>
    public bool NeedsItems => _inItem.Count > 0;

    /// <summary>Whether every entry of an index is looked at.</summary>
    public bool ScansIndex => _uses.Any(use => use.Lookup is Lookup.FullScan);

    /// <summary>Makes the plan of a query whose parameters are bound.</summary>
    /// <exception cref="ServiceException">Its order has no index, which the service refuses.</exception>
    public static IndexPlan Of(Expression? filter, IReadOnlyList<OrderTerm> order, IndexingPolicy policy)
    {
        var conditions = Condition.AllOf(filter);
        var paths = order.Select(term => new CompositePath(term.Path.Index, term.Descending)).ToList();
        var plan = new IndexPlan(
            OrderOf(paths, conditions, policy),
            [.. order.Where(term => !HasEquality(conditions, term.Path.Index))]);
        var composites = policy.Composites
            .Where(index => Serves(index, conditions) || (order.Count > 1 && IsOrder(index, paths)))
            .ToList();
        foreach (var condition in conditions)
        {
            plan.Add(condition, IndexFor(condition, conditions, composites, policy));
        }

        return plan;
    }

    /// <summary>Whether the indexes let the item through.</summary>
    public bool IsFound(Item item) => _inIndex.TrueForAll(term => Evaluator.IsTrue(term, item));

    /// <summary>Whether the item, loaded, is what was asked for.</summary>
    public bool IsMatch(Item item) => _inItem.TrueForAll(term => Evaluator.IsTrue(term, item));

    private void Add(Condition condition, string? index)
    {
        (index is null ? _inItem : _inIndex).Add(condition.Term);
        _uses.Add(new(condition.Term.Print(), index is null ? Lookup.Load : condition.Lookup, index ?? ""));
    }

    private static string? IndexFor(
        Condition condition, IReadOnlyList<Condition> all, List<IReadOnlyList<CompositePath>> composites,
        IndexingPolicy policy) =>
        condition.Lookup is Lookup.Load ? null
        : composites.Find(index => Answers(index, condition, all)) is { } composite ? Name(composite)
        : condition.Paths.All(policy.HasRange) ? string.Join(" ", condition.Paths)
        : null;

    // "If a property is in the composite index but isn't included in the query as a filter, the query won't utilize
    // the composite index"; equalities first, and one range, last.
    private static bool Serves(IReadOnlyList<CompositePath> index, IReadOnlyList<Condition> conditions) =>
        index.SkipLast(1).All(path => HasEquality(conditions, path.Path))
        && conditions.Any(condition => condition.MayBeInComposite && condition.Paths[0] == index[^1].Path);

    private static bool Answers(
        IReadOnlyList<CompositePath> index, Condition condition, IReadOnlyList<Condition> all)
    {
        if (!condition.MayBeInComposite)
        {
            return false;
        }

        var leading = index.TakeWhile(path => HasEquality(all, path.Path)).Count();
        var at = index.ToList().FindIndex(path => path.Path == condition.Paths[0]);
        return at >= 0 && (condition.IsEquality ? at < leading : at == leading && at == index.Count - 1);
    }

    private static OrderUse OrderOf(
        List<CompositePath> order, IReadOnlyList<Condition> conditions, IndexingPolicy policy)
    {
        switch (order)
        {
            case []:
                return OrderUse.None;
            case [var single] when !policy.HasRange(single.Path):
                throw ServiceException.Query($"The order by query has no index on {single.Path} to be served from.");
            case [_, _, ..] when !policy.Composites.Any(index => IsOrder(index, order)):
                throw ServiceException.Query(
                    "The order by query does not have a corresponding composite index that it can be served from.");
            default:
                // An order that does not begin with what the filter fixes finds its items elsewhere, and sorts them.
                var elsewhere = conditions.Where(condition => condition.Paths.Count > 0).ToList();
                return elsewhere.TrueForAll(condition => condition.Paths[0] == order[0].Path)
                    || (order.Count > 1 && HasEquality(conditions, order[0].Path))
                    ? OrderUse.FromIndex
                    : OrderUse.Sorted;
        }
    }

    private static bool HasEquality(IReadOnlyList<Condition> conditions, string path) =>
        conditions.Any(condition => condition.IsEquality && condition.Paths[0] == path);

    // "The composite index also supports an ORDER BY clause with the opposite order on all paths."
    private static bool IsOrder(IReadOnlyList<CompositePath> index, List<CompositePath> order) =>
        index.Count == order.Count
        && (index.SequenceEqual(order)
            || index.SequenceEqual(order.Select(path => path with { Descending = !path.Descending })));

    private static string Name(IReadOnlyList<CompositePath> index) =>
        $"({string.Join(", ", index.Select(path => path.Path))})";
}
