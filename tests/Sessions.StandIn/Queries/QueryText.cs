using System.Collections.Concurrent;
using System.Text.Json;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Queries;

/// <summary>A query as it was sent: its text, read once, and this time's parameters in their places.</summary>
internal sealed class QueryText
{
    private static readonly ConcurrentDictionary<string, SqlQuery> _read = new(StringComparer.Ordinal);

    private QueryText(string sql, SqlQuery query, Expression? where, int top) =>
        (Sql, Query, Where, Top) = (sql, query, where, top);

    public string Sql { get; }

    public SqlQuery Query { get; }

    /// <summary>The filter.</summary>
    public Expression? Where { get; }

    /// <summary>How many rows at most.</summary>
    public int Top { get; }

    /// <summary>Reads what a client sends.</summary>
    /// <exception cref="ServiceException">It cannot be understood.</exception>
    public static QueryText Of(JsonElement body)
    {
        var sql = body.GetProperty("query").GetString()!;
        var query = _read.GetOrAdd(sql, Parser.Read);
        var parameters = body.TryGetProperty("parameters", out var sent) && sent.ValueKind is JsonValueKind.Array
            ? sent.EnumerateArray().ToDictionary(
                parameter => parameter.GetProperty("name").GetString()!,
                parameter => SqlValue.Of(parameter.GetProperty("value")))
            : [];
        return new(sql, query, query.Where?.Bind(parameters), TopOf(query.Top?.Bind(parameters)));
    }

    private static int TopOf(Expression? top) => top switch
    {
        null => int.MaxValue,
        Expression.Literal { Value: { Type: SqlType.Number, Number: >= 0 and var number } } => (int)number,
        _ => throw ServiceException.Query("The count value provided for a TOP clause must be an integer."),
    };
}
