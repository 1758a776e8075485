using System.Globalization;

namespace Sessions.StandIn.Sql;

/// <summary>
/// Reads a query by recursive descent: each word once, however deep the parentheses. What a store may use is in the
/// list of the README; anything else is refused, so that nobody comes to rely on it unseen.
/// </summary>
internal sealed class Parser
{
    private const int MaxDepth = 256;

    private static readonly HashSet<string> _comparisons = ["=", "!=", "<>", "<", "<=", ">", ">="];

    private readonly List<Token> _tokens;
    private int _next;
    private int _depth;

    private Parser(string sql) => _tokens = Lexer.Read(sql);

    private Token Here => _tokens[_next];

    /// <summary>Reads a query.</summary>
    /// <exception cref="ServiceException">It is none, or uses what is not spoken here.</exception>
    public static SqlQuery Read(string sql)
    {
        var parser = new Parser(sql);
        var query = parser.Query();
        return parser.Here.Kind is TokenKind.End ? query : throw parser.Wrong();
    }

    private SqlQuery Query()
    {
        Require("SELECT");
        var top = Take("TOP") ? Primary() : null;
        var value = Take("VALUE") ? Expression() : null;
        var columns = value is not null || TakeSymbol("*") ? [] : List(Column);
        Require("FROM");
        var alias = Name();
        if (Here is { Kind: TokenKind.Name } && !Is("WHERE") && !Is("ORDER") && !Is("JOIN"))
        {
            _ = Take("AS");
            alias = Name();
        }

        var where = Take("WHERE") ? Expression() : null;
        List<OrderTerm> order = [];
        if (Take("ORDER"))
        {
            Require("BY");
            order = List(Order);
        }

        return new(top, value, columns, alias, where, order, Slice());
    }

    private Slice? Slice()
    {
        if (!Take("OFFSET"))
        {
            return null;
        }

        var offset = Primary();
        Require("LIMIT");
        return new(offset, Primary());
    }

    private Column Column(int number)
    {
        var value = Expression();
        var name = Take("AS") ? Name() : value is Expression.Path { Steps: [.., var last] } ? last : $"${number}";
        return new(value, name);
    }

    private OrderTerm Order(int number)
    {
        if (Primary() is not Expression.Path path)
        {
            throw ServiceException.Query("ORDER BY takes properties only.");
        }

        var descending = Take("DESC");
        _ = !descending && Take("ASC");
        return new(path, descending);
    }

    private Expression Expression()
    {
        if (++_depth > MaxDepth)
        {
            throw ServiceException.Query("The query is nested too deeply.");
        }

        List<Expression> terms = [Conjunction()];
        while (Take("OR"))
        {
            terms.Add(Conjunction());
        }

        _depth--;
        return terms is [var only] ? only : new Expression.Or(terms);
    }

    private Expression Conjunction()
    {
        List<Expression> terms = [Negation()];
        while (Take("AND"))
        {
            terms.Add(Negation());
        }

        return terms is [var only] ? only : new Expression.And(terms);
    }

    private Expression Negation() => Take("NOT") ? new Expression.Not(Negation()) : Comparison();

    private Expression Comparison()
    {
        var left = Primary();
        if (Here is { Kind: TokenKind.Symbol, Text: var sign } && _comparisons.Contains(sign))
        {
            _next++;
            return new Expression.Comparison(sign is "<>" ? "!=" : sign, left, Primary());
        }

        var negated = Take("NOT");
        Expression? found = null;
        if (Take("IN"))
        {
            RequireSymbol("(");
            found = new Expression.In(left, List(_ => Expression()));
            RequireSymbol(")");
        }
        else if (Take("BETWEEN"))
        {
            var low = Primary();
            Require("AND");
            found = new Expression.Between(left, low, Primary());
        }

        return (found, negated) switch
        {
            (null, false) => left,
            (null, true) => throw Wrong(),
            (var term, false) => term,
            var (term, _) => new Expression.Not(term),
        };
    }

    private Expression Primary()
    {
        var token = Here;
        _next++;
        switch (token)
        {
            case { Kind: TokenKind.Text }:
                return new Expression.Literal(SqlValue.Of(token.Text));
            case { Kind: TokenKind.Number }:
                return new Expression.Literal(SqlValue.Of(Number(token)));
            case { Kind: TokenKind.Symbol, Text: "-" } when Here.Kind is TokenKind.Number:
                return new Expression.Literal(SqlValue.Of(-Number(_tokens[_next++])));
            case { Kind: TokenKind.Parameter }:
                return new Expression.Parameter(token.Text);
            case { Kind: TokenKind.Symbol, Text: "(" }:
                var inner = Expression();
                RequireSymbol(")");
                return inner;
            case { Kind: TokenKind.Symbol, Text: "[" }:
                return new Expression.ArrayOf(Ended("]", () => List(_ => Expression())));
            case { Kind: TokenKind.Symbol, Text: "{" }:
                return new Expression.ObjectOf(Ended("}", () => List(Property)));
            case { Kind: TokenKind.Name }:
                return Named(token);
            default:
                _next--;
                throw Wrong();
        }
    }

    private Expression Named(Token token)
    {
        if (TakeSymbol("("))
        {
            return new Expression.Call(Functions.Known(token.Text), Ended(")", () => List(_ => Expression())));
        }

        return token.Text.ToUpperInvariant() switch
        {
            "TRUE" => new Expression.Literal(SqlValue.True),
            "FALSE" => new Expression.Literal(SqlValue.False),
            "NULL" => new Expression.Literal(SqlValue.Null),
            "UNDEFINED" => new Expression.Literal(SqlValue.Undefined),
            _ => new Expression.Path(token.Text, Steps()),
        };
    }

    private List<string> Steps()
    {
        List<string> steps = [];
        while (true)
        {
            if (TakeSymbol("."))
            {
                steps.Add(Name());
            }
            else if (TakeSymbol("["))
            {
                steps.Add(Here.Kind is TokenKind.Text or TokenKind.Number ? _tokens[_next++].Text : throw Wrong());
                RequireSymbol("]");
            }
            else
            {
                return steps;
            }
        }
    }

    private (string Name, Expression Value) Property(int number)
    {
        var name = Here.Kind is TokenKind.Text ? _tokens[_next++].Text : Name();
        RequireSymbol(":");
        return (name, Expression());
    }

    private List<T> Ended<T>(string end, Func<List<T>> read)
    {
        if (TakeSymbol(end))
        {
            return [];
        }

        var list = read();
        RequireSymbol(end);
        return list;
    }

    private List<T> List<T>(Func<int, T> item)
    {
        List<T> list = [item(1)];
        while (TakeSymbol(","))
        {
            list.Add(item(list.Count + 1));
        }

        return list;
    }

    private static double Number(Token token) =>
        double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ServiceException.Query($"Syntax error: {token.Text} is no number.");

    private string Name() => Here.Kind is TokenKind.Name ? _tokens[_next++].Text : throw Wrong();

    private bool Is(string word) =>
        Here.Kind is TokenKind.Name && Here.Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private bool Take(string word)
    {
        var found = Is(word);
        _next += found ? 1 : 0;
        return found;
    }

    private void Require(string word)
    {
        if (!Take(word))
        {
            throw Wrong();
        }
    }

    private bool TakeSymbol(string symbol)
    {
        var found = Here.Kind is TokenKind.Symbol && Here.Text == symbol;
        _next += found ? 1 : 0;
        return found;
    }

    private void RequireSymbol(string symbol)
    {
        if (!TakeSymbol(symbol))
        {
            throw Wrong();
        }
    }

    private ServiceException Wrong() => ServiceException.Query(Here.Kind is TokenKind.End
        ? "Syntax error, incorrect syntax near the end."
        : $"Syntax error, incorrect syntax near '{Here.Text}' at {Here.At}; or the stand-in does not speak it.");
}
