using System.Text.Json.Nodes;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Queries;

/// <summary>
/// Query plans for clients that ask for one. An ORDER BY is rewritten so that each row carries what it is ordered by,
/// for the client merges what the partitions answer. A test holds these to Microsoft's planner, which is not asked
/// itself: it takes two seconds of a processor to begin.
/// </summary>
internal static class QueryPlans
{
    /// <summary>The plan, as the gateway answers it: for all partitions.</summary>
    /// <exception cref="ServiceException">It has a slice of rows in no order.</exception>
    public static JsonObject Of(QueryText text) => new()
    {
        ["partitionedQueryExecutionInfoVersion"] = 2,
        ["queryInfo"] = InfoOf(text),
        ["queryRanges"] = new JsonArray(new JsonObject
        {
            ["min"] = "",
            ["max"] = "FF",
            ["isMinInclusive"] = true,
            ["isMaxInclusive"] = false,
        }),
    };

    /// <summary>What the client must do with the rows.</summary>
    /// <exception cref="ServiceException">It has a slice of rows in no order.</exception>
    public static JsonObject InfoOf(QueryText text)
    {
        var info = InfoOf(text.Query);
        if (text.Query.Slice is null)
        {
            return info;
        }

        // The client passes over them itself, among what the partitions give.
        if (text.Query.OrderBy is [])
        {
            throw ServiceException.Query("The stand-in plans OFFSET behind an ORDER BY alone.");
        }

        (info["offset"], info["limit"]) = (text.Skip, text.Top - text.Skip);
        info["rewrittenQuery"] = $"{info["rewrittenQuery"]}\nOFFSET 0 LIMIT {text.Top}";
        return info;
    }

    private static JsonObject InfoOf(SqlQuery query) => new()
    {
        ["distinctType"] = "None",
        ["groupByExpressions"] = new JsonArray(),
        ["groupByAliases"] = new JsonArray(),
        ["groupByAliasToAggregateType"] = new JsonObject(),
        ["orderBy"] = Texts(query.OrderBy.Select(term => term.Descending ? "Descending" : "Ascending")),
        ["orderByExpressions"] = Texts(query.OrderBy.Select(term => term.Path.Print())),
        ["aggregates"] = Texts(query.Counts ? ["Count"] : []),
        ["hasSelectValue"] = query.Value is not null,
        ["hasNonStreamingOrderBy"] = false,
        ["rewrittenQuery"] = Rewritten(query),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static string Rewritten(SqlQuery query)
    {
        var from = $"FROM {query.Alias}";
        var where = query.Where?.Print() ?? "true";
        if (query.Counts)
        {
            return $"SELECT VALUE [{{\"item\": {query.Value!.Print()}}}]\n{from}\nWHERE {where}";
        }

        if (query.OrderBy is [])
        {
            return "";
        }

        var top = query.Top is { } limit ? $"TOP {limit.Print()} " : "";
        var items = string.Join(", ", query.OrderBy.Select(term => $"{{\"item\": {term.Path.Print()}}}"));
        var payload = query.Columns is [] ? query.Alias
            : $"{{{string.Join(", ", query.Columns.Select(column => $"\"{column.Name}\": {column.Value.Print()}"))}}}";
        var order = string.Join(
            ", ", query.OrderBy.Select(term => $"{term.Path.Print()} {(term.Descending ? "DESC" : "ASC")}"));
        return $"SELECT {top}{query.Alias}._rid, [{items}] AS orderByItems, {payload} AS payload\n{from}\n"
            + $"WHERE ({where} AND ({{documentdb-formattableorderbyquery-filter}}))\nORDER BY {order}";
    }
}
