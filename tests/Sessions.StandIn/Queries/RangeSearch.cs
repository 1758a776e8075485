using Sessions.StandIn.Items;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Queries;

/// <summary>What a query looks through.</summary>
/// <param name="Items">The items, or as many as a page of it can need.</param>
/// <param name="Entries">How many entries of an index it comes by; null for as many as items are found.</param>
/// <param name="By">What they come by where the query says nothing; empty for the order of their writes.</param>
internal sealed record RangeSearch(IReadOnlyCollection<Item> Items, int? Entries, IReadOnlyList<OrderTerm> By)
{
    // Of more than so many it is not looked how many there are exactly.
    private const int Many = 10_000;

    /// <summary>In one logical partition, or in all that a physical one has.</summary>
    public static RangeSearch Of(IEnumerable<Item> items) => new([.. items], null, []);

    /// <summary>
    /// In all of a physical partition. Where a text must not be greater than another the index of its path is gone
    /// along, behind that of a path that is to be one of several texts, so that the rest costs no time; what is charged
    /// is the same or more.
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
        var leading = terms.Select(ValuesOf).FirstOrDefault(values => values is not null);
        OrderTerm[] by = text.Query.OrderBy is not [] ? []
            : leading is null ? [new(to.Path, Descending: false)]
            : [new(leading.Path, Descending: false), new(to.Path, Descending: false)];
        var index = range.IndexOf(to.Path.Index, leading?.Path.Index);
        List<(string From, string To)> spans =
        [
            .. (leading?.Texts ?? [null]).Select(
                one => (RangeIndex.Key(one, lower ?? ""), RangeIndex.Key(one, to.Text))),
        ];
        List<Item> Find(Func<Item, bool> isWanted, int most)
        {
            List<Item> found = [];
            foreach (var span in spans.TakeWhile(_ => found.Count < most))
            {
                found.AddRange(index.Find(span.From, span.To, horizon, isWanted, most - found.Count));
            }

            return found;
        }

        var entries = spans.Sum(span => index.Count(span.From, span.To));
        if (entries <= many)
        {
            return new(Find(plan.IsFound, int.MaxValue), null, by);
        }

        var isInOrder = by is not [] || (spans is [_] && plan.Order is Charges.OrderUse.FromIndex
            && plan.Within is [{ Descending: false } first, ..] && first.Path.Index == to.Path.Index);
        if (!isInOrder || plan.NeedsItems || text.Query.Counts || rows == int.MaxValue)
        {
            return new([.. All()], null, by);
        }

        IReadOnlyList<OrderTerm> order = by is [] ? text.Query.OrderBy : by;
        bool IsWanted(Item item) => plan.IsFound(item) && (from is null || from.CompareTo(item, order) < 0);
        return new(Find(IsWanted, rows + 1), entries, by);
    }

    private static Values? ValuesOf(Expression term) => term switch
    {
        Expression.Comparison
        {
            Operator: "=", Left: Expression.Path path, Right: Expression.Literal { Value.Type: SqlType.String } one,
        } => new(path, [one.Value.Text]),
        Expression.In { Value: Expression.Path path } of
            when of.List.All(one => one is Expression.Literal { Value.Type: SqlType.String }) => new(
            path,
            [
                .. of.List.Cast<Expression.Literal>().Select(one => one.Value.Text)
                    .Distinct().Order(StringComparer.Ordinal),
            ]),
        _ => null,
    };

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

    private sealed record Values(Expression.Path Path, IReadOnlyList<string?> Texts);

    private sealed record Bound(Expression.Path Path, bool IsUpper, string Text);
}
