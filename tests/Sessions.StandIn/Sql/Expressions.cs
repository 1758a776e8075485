namespace Sessions.StandIn.Sql;

/// <summary>What can be asked of every expression.</summary>
internal static class Expressions
{
    /// <summary>The expressions right below this one.</summary>
    public static IEnumerable<Expression> Children(this Expression expression) => expression switch
    {
        Expression.And and => and.Terms,
        Expression.Or or => or.Terms,
        Expression.Not not => [not.Term],
        Expression.Comparison comparison => [comparison.Left, comparison.Right],
        Expression.In of => [of.Value, .. of.List],
        Expression.Between between => [between.Value, between.Low, between.High],
        Expression.Call call => call.Arguments,
        Expression.ArrayOf array => array.Items,
        Expression.ObjectOf made => made.Properties.Select(property => property.Value),
        _ => [],
    };

    /// <summary>Whether one such expression is in it.</summary>
    public static bool Contains<T>(this Expression expression, Func<T, bool> fits)
        where T : Expression =>
        (expression is T candidate && fits(candidate)) || expression.Children().Any(child => child.Contains(fits));

    /// <summary>The paths in it.</summary>
    public static IEnumerable<Expression.Path> Paths(this Expression expression) =>
        expression is Expression.Path path ? [path] : expression.Children().SelectMany(Paths);

    /// <summary>Whether it is the same for every item.</summary>
    public static bool IsConstant(this Expression expression) =>
        !expression.Contains<Expression.Path>(_ => true);

    /// <summary>The same expression with its parameters' values in their places.</summary>
    public static Expression Bind(this Expression expression, IReadOnlyDictionary<string, SqlValue> parameters) =>
        expression.Put(part => part is Expression.Parameter(var name) ? parameters.GetValueOrDefault(name) : null);

    /// <summary>The same expression with values in the places of some of its parts.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="valueOf">The value of a part; null for what stays as it is.</param>
    public static Expression Put(this Expression expression, Func<Expression, SqlValue?> valueOf)
    {
        return valueOf(expression) is { } value ? new Expression.Literal(value) : expression switch
        {
            Expression.And(var terms) => new Expression.And(All(terms)),
            Expression.Or(var terms) => new Expression.Or(All(terms)),
            Expression.Not(var term) => new Expression.Not(One(term)),
            Expression.Comparison(var sign, var left, var right) =>
                new Expression.Comparison(sign, One(left), One(right)),
            Expression.In(var tested, var list) => new Expression.In(One(tested), All(list)),
            Expression.Between(var tested, var low, var high) =>
                new Expression.Between(One(tested), One(low), One(high)),
            Expression.Call(var function, var arguments) => new Expression.Call(function, All(arguments)),
            Expression.ArrayOf(var items) => new Expression.ArrayOf(All(items)),
            Expression.ObjectOf(var properties) => new Expression.ObjectOf(
                [.. properties.Select(property => (property.Name, One(property.Value)))]),
            _ => expression,
        };

        Expression One(Expression child) => child.Put(valueOf);
        IReadOnlyList<Expression> All(IReadOnlyList<Expression> children) => [.. children.Select(One)];
    }

    /// <summary>Its text, as Microsoft's planner writes it: every operation in parentheses.</summary>
    public static string Print(this Expression expression) => expression switch
    {
        Expression.Literal(var value) => value.ToString(),
        Expression.Parameter(var name) => name,
        Expression.Path(var alias, var steps) => string.Join('.', [alias, .. steps]),
        Expression.And(var terms) => Joined(terms, "AND"),
        Expression.Or(var terms) => Joined(terms, "OR"),
        Expression.Not(var term) => $"(NOT {term.Print()})",
        Expression.Comparison(var sign, var left, var right) => $"({left.Print()} {sign} {right.Print()})",
        Expression.In(var value, var list) => $"({value.Print()} IN ({List(list)}))",
        Expression.Between(var value, var low, var high) =>
            $"({value.Print()} BETWEEN {low.Print()} AND {high.Print()})",
        Expression.Call(var function, var arguments) => $"{function}({List(arguments)})",
        Expression.ArrayOf(var items) => $"[{List(items)}]",
        Expression.ObjectOf(var properties) =>
            $"{{{string.Join(", ", properties.Select(property => $"\"{property.Name}\": {property.Value.Print()}"))}}}",
        _ => throw new InvalidOperationException($"{expression} cannot be printed."),
    };

    private static string Joined(IReadOnlyList<Expression> terms, string word) =>
        terms.Skip(1).Aggregate(terms[0].Print(), (all, term) => $"({all} {word} {term.Print()})");

    private static string List(IEnumerable<Expression> expressions) =>
        string.Join(", ", expressions.Select(expression => expression.Print()));
}
