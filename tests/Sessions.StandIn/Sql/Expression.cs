namespace Sessions.StandIn.Sql;

/// <summary>An expression of the subset of the language that is spoken here.</summary>
internal abstract record Expression
{
    /// <summary>A constant.</summary>
    public sealed record Literal(SqlValue Value) : Expression;

    /// <summary>A parameter, with its <c>@</c>.</summary>
    public sealed record Parameter(string Name) : Expression;

    /// <summary>A property of the item, such as <c>c.body.name</c>; no steps are the item itself.</summary>
    public sealed record Path(string Alias, IReadOnlyList<string> Steps) : Expression
    {
        /// <summary>As an indexing policy writes it.</summary>
        public string Index => "/" + string.Join('/', Steps);
    }

    /// <summary>True when all are.</summary>
    public sealed record And(IReadOnlyList<Expression> Terms) : Expression;

    /// <summary>True when one is.</summary>
    public sealed record Or(IReadOnlyList<Expression> Terms) : Expression;

    /// <summary>The contrary.</summary>
    public sealed record Not(Expression Term) : Expression;

    /// <summary>One of <c>= != &lt; &lt;= &gt; &gt;=</c>.</summary>
    public sealed record Comparison(string Operator, Expression Left, Expression Right) : Expression;

    /// <summary>Whether a value is one of a list.</summary>
    public sealed record In(Expression Value, IReadOnlyList<Expression> List) : Expression;

    /// <summary>Whether a value lies between two others or is one of them.</summary>
    public sealed record Between(Expression Value, Expression Low, Expression High) : Expression;

    /// <summary>A system function, in capitals.</summary>
    public sealed record Call(string Function, IReadOnlyList<Expression> Arguments) : Expression;

    /// <summary>An array that is made.</summary>
    public sealed record ArrayOf(IReadOnlyList<Expression> Items) : Expression;

    /// <summary>An object that is made.</summary>
    public sealed record ObjectOf(IReadOnlyList<(string Name, Expression Value)> Properties) : Expression;
}

/// <summary>One column of a SELECT list.</summary>
/// <param name="Value">What it holds.</param>
/// <param name="Name">What it is called.</param>
internal sealed record Column(Expression Value, string Name);

/// <summary>One term of an ORDER BY.</summary>
internal sealed record OrderTerm(Expression.Path Path, bool Descending);

/// <summary>What OFFSET and LIMIT leave of the rows.</summary>
/// <param name="Offset">How many are passed over.</param>
/// <param name="Limit">How many there are at most behind them.</param>
internal sealed record Slice(Expression Offset, Expression Limit);

/// <summary>A query.</summary>
/// <param name="Top">How many rows at most; null for all.</param>
/// <param name="Value">What SELECT VALUE gives; null for a list of columns or everything.</param>
/// <param name="Columns">The columns; empty for <c>*</c> and for VALUE.</param>
/// <param name="Alias">What an item is called.</param>
/// <param name="Where">The filter; null for none.</param>
/// <param name="OrderBy">The order; empty for none.</param>
/// <param name="Slice">What is left of the rows; null for all.</param>
internal sealed record SqlQuery(
    Expression? Top, Expression? Value, IReadOnlyList<Column> Columns, string Alias, Expression? Where,
    IReadOnlyList<OrderTerm> OrderBy, Slice? Slice)
{
    /// <summary>Whether it counts, wherever in what it selects.</summary>
    public bool Counts => Value is { } value && value.Contains<Expression.Call>(call => call.Function is "COUNT");
}
