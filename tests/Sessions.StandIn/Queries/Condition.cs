using Sessions.StandIn.Charges;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Queries;

/// <summary>
/// What an index could do for one term of a filter. https://learn.microsoft.com/azure/cosmos-db/index-overview
/// </summary>
/// <param name="Term">The term.</param>
/// <param name="Lookup">The kind of lookup that it is; <see cref="Lookup.Load"/> when no index helps.</param>
/// <param name="Paths">The paths that must have an index.</param>
internal sealed record Condition(Expression Term, Lookup Lookup, IReadOnlyList<string> Paths)
{
    /// <summary>Whether a composite index may use it as one of its leading paths.</summary>
    public bool IsEquality =>
        Paths.Count is 1 && Lookup is Lookup.Seek && Term is Expression.Comparison { Operator: "=" };

    /// <summary>Whether a composite index may use it, as the last of its paths.</summary>
    public bool IsRange => Paths.Count is 1 && Lookup is Lookup.Scan or Lookup.FullScan
        && Term is not (Expression.Or or Expression.And);

    /// <summary>Whether a composite index may use it at all.</summary>
    public bool MayBeInComposite => IsEquality || IsRange;

    /// <summary>The terms of a filter.</summary>
    public static IReadOnlyList<Condition> AllOf(Expression? filter) => filter switch
    {
        null => [],
        Expression.And(var terms) => [.. terms.SelectMany(AllOf)],
        _ => [Of(filter)],
    };

    private static Condition Of(Expression term) => term switch
    {
        _ when term.IsConstant() => new(term, Lookup.Seek, []),
        Expression.Comparison { Left: Expression.Path path } comparison when comparison.Right.IsConstant() =>
            new(term, Kind(comparison.Operator), [path.Index]),
        Expression.Comparison { Right: Expression.Path path } comparison when comparison.Left.IsConstant() =>
            new(term, Kind(comparison.Operator), [path.Index]),
        Expression.In { Value: Expression.Path path } of when of.List.All(value => value.IsConstant()) =>
            new(term, Lookup.Seek, [path.Index]),
        Expression.Between { Value: Expression.Path path } between
            when between.Low.IsConstant() && between.High.IsConstant() => new(term, Lookup.Scan, [path.Index]),
        // A literal list in ARRAY_CONTAINS is documented nowhere as served by an index: IN is.
        Expression.Call { Function: "STARTSWITH", Arguments: [Expression.Path path, var start] }
            when start.IsConstant() => new(term, Lookup.Scan, [path.Index]),
        Expression.Call { Function: "CONTAINS", Arguments: [Expression.Path path, var part] }
            when part.IsConstant() => new(term, Lookup.FullScan, [path.Index]),
        Expression.Call { Function: "ARRAY_CONTAINS", Arguments: [Expression.Path path, var value] }
            when value.IsConstant() => new(term, Lookup.Seek, [path.Index + "/[]"]),
        Expression.Call { Arguments: [Expression.Path path] } call
            when call.Function.StartsWith("IS_", StringComparison.Ordinal) => new(term, Lookup.Scan, [path.Index]),
        Expression.Or(var terms) => Every(term, terms),
        Expression.And(var terms) => Every(term, terms),
        // IS_DEFINED(c.x) = false and its like; a NOT, or two properties compared, is in no index.
        Expression.Comparison { Operator: "=", Left: Expression.Call call, Right: Expression.Literal }
            when Of(call) is { Lookup: Lookup.Scan } inner => new(term, Lookup.Scan, inner.Paths),
        _ => new(term, Lookup.Load, []),
    };

    private static Condition Every(Expression whole, IReadOnlyList<Expression> terms)
    {
        var parts = terms.Select(Of).ToList();
        return new(whole, parts.Max(part => part.Lookup), [.. parts.SelectMany(part => part.Paths).Distinct()]);
    }

    private static Lookup Kind(string sign) => sign is "=" ? Lookup.Seek : Lookup.Scan;
}
