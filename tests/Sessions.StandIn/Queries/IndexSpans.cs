using Sessions.StandIn.Items;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Queries;

/// <summary>What lies between two places of an index.</summary>
/// <param name="From">The first place.</param>
/// <param name="To">The last place.</param>
/// <param name="Left">What is still to be asked of the items there; null for nothing.</param>
/// <param name="IsRange">
/// Whether that is a range of what the items there are in the order of, so that what lies between two of it is in it.
/// </param>
internal sealed record IndexSpan(IndexEntry From, IndexEntry To, Expression? Left, bool IsRange);

/// <summary>
/// Where in an index the items lie that a filter lets through. A filter that is given one value for a path is asked
/// again with that value in its place, so that of <c>c.a >= 1 AND (c.a > 1 OR c.b > 2)</c> the index on both paths is
/// gone along from (1, 2).
/// </summary>
/// <param name="paths">The paths of the index.</param>
internal sealed class IndexSpans(IReadOnlyList<string> paths)
{
    // So many seeks are cheaper than what they spare.
    private const int Most = 64;

    private static readonly Expression _true = new Expression.Literal(SqlValue.True);
    private static readonly Expression _false = new Expression.Literal(SqlValue.False);

    private readonly List<IndexSpan> _spans = [];

    /// <summary>The spans, in the order of the index.</summary>
    public static IReadOnlyList<IndexSpan> Of(Expression filter, IReadOnlyList<string> paths)
    {
        var spans = new IndexSpans(paths);
        spans.Add([], filter, 1);
        return spans._spans;
    }

    /// <summary>How far it narrows down what is looked at: a value for each of the first paths, then a range.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="paths">The paths.</param>
    /// <param name="known">The path that all have the same value at; null for none.</param>
    public static int Worth(Expression filter, IReadOnlyList<string> paths, string? known)
    {
        const int OfValue = 10;
        var worth = 0;
        foreach (var path in paths)
        {
            if (ValuesOf(filter, path) is not [var first, ..])
            {
                return (Bound(filter, path, isLow: true) ?? Bound(filter, path, isLow: false)) is null
                    ? worth
                    : worth + 1;
            }

            worth += path == known ? 0 : OfValue;
            filter = With(filter, path, first);
        }

        return worth;
    }

    private void Add(IReadOnlyList<SqlValue> values, Expression left, int spans)
    {
        if (IsFalse(left))
        {
            return;
        }

        if (!IsTrue(left) && values.Count < paths.Count && ValuesOf(left, paths[values.Count]) is { } next
            && spans * next.Count <= Most)
        {
            foreach (var value in next)
            {
                Add([.. values, value], With(left, paths[values.Count], value), spans * next.Count);
            }

            return;
        }

        _spans.Add(new(
            IndexEntry.Before([.. values, .. Edge(left, values.Count, isLow: true)]),
            IndexEntry.Behind([.. values, .. Edge(left, values.Count, isLow: false)]),
            IsTrue(left) ? null : left,
            values.Count == paths.Count - 1 && IsRange(left, paths[^1])));
    }

    private static bool IsRange(Expression filter, string path) => filter switch
    {
        Expression.And(var terms) => terms.All(term => IsRange(term, path)),
        Expression.Comparison { Operator: not "!=", Right: Expression.Literal } comparison => Is(comparison.Left, path),
        _ => false,
    };

    // The least values, or the greatest, that the rest of the paths can have.
    private IEnumerable<SqlValue> Edge(Expression left, int depth, bool isLow)
    {
        while (depth < paths.Count && Bound(left, paths[depth], isLow) is { } bound)
        {
            yield return bound;
            left = With(left, paths[depth++], bound);
        }
    }

    // In their order; null when there may be any.
    private static List<SqlValue>? ValuesOf(Expression filter, string path)
    {
        IEnumerable<SqlValue>? values = filter switch
        {
            Expression.And(var terms) =>
                terms.Select(term => ValuesOf(term, path)).FirstOrDefault(values => values is not null),
            Expression.Comparison
            {
                Operator: "=", Left: Expression.Call { Function: "IS_DEFINED", Arguments: [var argument] },
                Right: Expression.Literal { Value.IsFalse: true },
            } when Is(argument, path) => [SqlValue.Undefined],
            Expression.Comparison { Operator: "=", Right: Expression.Literal { Value: var value } } comparison
                when Is(comparison.Left, path) && IsPlain(value) => [value],
            Expression.In of when Is(of.Value, path)
                && of.List.All(one => one is Expression.Literal { Value: var value } && IsPlain(value)) =>
                of.List.Cast<Expression.Literal>().Select(literal => literal.Value),
            _ => null,
        };
        return values?.DistinctBy(value => value.ToString()).Order(Comparer<SqlValue>.Create(SqlValue.Order)).ToList();
    }

    private static SqlValue? Bound(Expression filter, string path, bool isLow) => filter switch
    {
        Expression.And(var terms) => Farthest(terms.Select(term => Bound(term, path, isLow)).Where(
            bound => bound is not null), isLow),
        Expression.Or(var terms) => Farthest(terms.Select(term => Bound(term, path, isLow)), !isLow),
        Expression.Comparison { Right: Expression.Literal { Value: var value } } comparison
            when Is(comparison.Left, path) && IsPlain(value) => (comparison.Operator, isLow) switch
            {
                ("=", _) or (">" or ">=", true) or ("<" or "<=", false) => value,
                ("<" or "<=", true) when value.Type is SqlType.String => SqlValue.Of(""),
                _ => null,
            },
        Expression.In => ValuesOf(filter, path) is [var first, ..] values ? isLow ? first : values[^1] : null,
        _ => null,
    };

    // The greatest or the least; null when one is not known.
    private static SqlValue? Farthest(IEnumerable<SqlValue?> bounds, bool isGreatest)
    {
        SqlValue? farthest = null;
        foreach (var bound in bounds)
        {
            if (bound is not { } value)
            {
                return null;
            }

            var way = farthest is { } other ? SqlValue.Order(other, value) : 0;
            farthest = (isGreatest ? way > 0 : way < 0) ? farthest : value;
        }

        return farthest;
    }

    // What is left of a filter where the path has this value: what is undefined lets nothing through, as what is false.
    private static Expression With(Expression filter, string path, SqlValue value)
    {
        switch (filter)
        {
            case Expression.And(var terms):
                List<Expression> all = [.. terms.Select(term => With(term, path, value)).Where(term => !IsTrue(term))];
                return all.Exists(IsFalse) ? _false : all is [] ? _true : all is [var one] ? one
                    : new Expression.And(all);
            case Expression.Or(var terms):
                List<Expression> any = [.. terms.Select(term => With(term, path, value)).Where(term => !IsFalse(term))];
                return any.Exists(IsTrue) ? _true : any is [] ? _false : any is [var single] ? single
                    : new Expression.Or(any);
            default:
                var put = filter.Put(part => Is(part, path) ? value : null);
                return !put.IsConstant() ? filter : Evaluator.IsTrue(put, Rows.Nothing) ? _true : _false;
        }
    }

    private static bool IsTrue(Expression filter) => ReferenceEquals(filter, _true);

    private static bool IsFalse(Expression filter) => ReferenceEquals(filter, _false);

    private static bool Is(Expression expression, string path) =>
        expression is Expression.Path named && named.Index == path;

    private static bool IsPlain(SqlValue value) =>
        value.Type is SqlType.Null or SqlType.Boolean or SqlType.Number or SqlType.String;
}
