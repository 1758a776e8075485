using Sessions.StandIn.Items;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Queries;

/// <summary>What a query looks through.</summary>
/// <param name="Items">The items, or as many as a page of it can need.</param>
/// <param name="Entries">How many entries of an index it comes by; null for as many as items are found.</param>
/// <param name="By">What they come by where the query says nothing; null for the order of their writes.</param>
internal sealed record RangeSearch(IReadOnlyCollection<Item> Items, int? Entries, OrderTerm? By)
{
    // Of more than so many it is not looked how many there are exactly.
    private const int Many = 10_000;

    /// <summary>In one logical partition, or in all that a physical one has.</summary>
    public static RangeSearch Of(IEnumerable<Item> items) => new([.. items], null, null);

    /// <summary>
    /// In all of a physical partition. Where a text must not be greater than another the index of its path is gone
    /// along, so that the rest costs no time; what is charged is the same or more.
    /// </summary>
    /// <param name="range">The physical partition.</param>
    /// <param name="text">The query.</param>
    /// <param name="plan">What indexes do for it.</param>
    /// <param name="rows">How many rows a page has at most.</param>
    /// <param name="horizon">How far the reader sees.</param>
    /// <param name="from">Where the page begins.</param>
    /// <param name="many">From how many entries on they are not all looked at.</param>
    public static RangeSearch Of(
        PhysicalPartition range, QueryText text, IndexPlan plan, int rows, Horizon horizon, Continuation? from,
        int many = Many)
    {
        IEnumerable<Item> All() => range.All.SelectMany(partition => partition.Seen(horizon));
        var terms = Condition.AllOf(text.Where).Select(condition => condition.Term).ToList();
        if (plan.ScansIndex || terms.Select(BoundOf).FirstOrDefault(bound => bound is { IsUpper: true }) is not { } to)
        {
            return Of(All());
        }

        var lower = terms.Select(BoundOf).FirstOrDefault(
            bound => bound is { IsUpper: false } && bound.Path.Index == to.Path.Index)?.Text;
        var by = text.Query.OrderBy is [] ? new OrderTerm(to.Path, Descending: false) : null;
        var index = range.IndexOf(to.Path.Index);
        var entries = index.Count(lower, to.Text);
        if (entries <= many)
        {
            return new(index.Find(lower, to.Text, horizon, plan.IsFound, int.MaxValue), null, by);
        }

        var isInOrder = by is not null || (plan.Order is Charges.OrderUse.FromIndex
            && plan.Within is [{ Descending: false } first, ..] && first.Path.Index == to.Path.Index);
        if (!isInOrder || plan.NeedsItems || text.Query.Counts || rows == int.MaxValue)
        {
            return new([.. All()], null, by);
        }

        IReadOnlyList<OrderTerm> order = by is null ? text.Query.OrderBy : [by];
        bool IsWanted(Item item) => plan.IsFound(item) && (from is null || from.CompareTo(item, order) < 0);
        return new(index.Find(lower, to.Text, horizon, IsWanted, rows + 1), entries, by);
    }

    private static Bound? BoundOf(Expression term) => term switch
    {
        Expression.Comparison
        {
            Operator: "<=" or "<" or ">=" or ">",
            Left: Expression.Path path,
            Right: Expression.Literal { Value.Type: SqlType.String } bound,
        } comparison => new(path, comparison.Operator[0] is '<', bound.Value.Text),
        _ => null,
    };

    private sealed record Bound(Expression.Path Path, bool IsUpper, string Text);
}
