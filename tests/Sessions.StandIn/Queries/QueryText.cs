using System.Collections.Concurrent;
using System.Text.Json;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Queries;

/// <summary>A query as it was sent: its text, read once, and this time's parameters in their places.</summary>
internal sealed class QueryText
{
    private static readonly ConcurrentDictionary<string, SqlQuery> _read = new(StringComparer.Ordinal);

    private QueryText(string sql, SqlQuery query, Expression? where, int skip, int top) =>
        (Sql, Query, Where, Skip, Top) = (sql, query, where, skip, top);

    public string Sql { get; }

    public SqlQuery Query { get; }

    /// <summary>The filter.</summary>
    public Expression? Where { get; }

    /// <summary>How many rows are passed over.</summary>
    public int Skip { get; }

    /// <summary>How many rows at most, with those that are passed over.</summary>
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
        var skip = NumberOf("OFFSET", query.Slice?.Offset.Bind(parameters), 0);
        var top = NumberOf("TOP", query.Top?.Bind(parameters), int.MaxValue);
        var limit = NumberOf("LIMIT", query.Slice?.Limit.Bind(parameters), int.MaxValue);
        return new(sql, query, query.Where?.Bind(parameters), skip, (int)Math.Min(top, (long)skip + limit));
    }

    private static int NumberOf(string clause, Expression? count, int otherwise) => count switch
    {
        null => otherwise,
        Expression.Literal { Value: { Type: SqlType.Number, Number: >= 0 and var number } } => (int)number,
        _ => throw ServiceException.Query($"The count value provided for a {clause} clause must be an integer."),
    };
}
