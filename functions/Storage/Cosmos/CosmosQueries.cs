using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// The queries. Values go in as parameters only. A query in one partition names it in its text, too, and begins its
/// order with what it is equal to: so one composite index answers the filter and the order. It says how many it wants
/// at most: an answer that names a next page would make the SDK ask for a plan and start again. Of several values it
/// asks with IN: https://learn.microsoft.com/azure/cosmos-db/index-overview#index-usage knows of no index for a list
/// in ARRAY_CONTAINS, nor for a NOT.
/// </summary>
internal static class CosmosQueries
{
    private const string Name =
        "c.id, c.partition, c.kind, c.account, c.status, c.index, c.createdAt, c.dueAt, c.purgeAt, c._etag";

    // What of a name a list needs, which gives a thousand at a time: its place and its version.
    private const string Listed = "c.id, c.createdAt, c.purgeAt, c._etag";

    private const string InPartition = "FROM c WHERE c.partition = @partition";
    private const string Alive = "c.purgeAt > @now";

    public static QueryDefinition ByKey(string partition, string key) =>
        new QueryDefinition($"SELECT TOP @limit * {InPartition} AND c.key = @key")
            .WithParameter("@limit", 1)
            .WithParameter("@partition", partition)
            .WithParameter("@key", CosmosKey.Of(key));

    /// <summary>The names of those that are dead but still there, among those with one of the ids or keys.</summary>
    public static QueryDefinition Dead(
        string partition, IReadOnlyCollection<string> ids, IReadOnlyCollection<string> keys, DateTimeOffset now)
    {
        var query = new SqlText();
        string?[] taken =
        [
            ids.Count is 0 ? null : query.In("c.id", ids),
            keys.Count is 0 ? null : query.In("c.key", keys),
        ];
        return query.Of($"""
            SELECT {Name} {InPartition} AND c.purgeAt <= @now AND ({string.Join(" OR ", taken.OfType<string>())})
            """)
            .WithParameter("@partition", partition)
            .WithParameter("@now", MomentConverter.Text(now));
    }

    /// <summary>A page of a list.</summary>
    public static QueryDefinition List(ListQuery list, DateTimeOffset now) => List("*", list, now);

    /// <summary>A page of the names of a list.</summary>
    public static QueryDefinition Names(ListQuery list, DateTimeOffset now) => List(Listed, list, now);

    /// <summary>How many documents there are: all of it from indexes.</summary>
    public static QueryDefinition Count(CountQuery count, DateTimeOffset now)
    {
        var query = new QueryDefinition($"""
            SELECT VALUE COUNT(1) {InPartition} AND c.kind = @kind AND {Alive}
            {(count.Index is null ? "" : "AND c.status = @status")}
            {(count.WithDue ? "" : "AND (IS_DEFINED(c.dueAt) = false OR c.dueAt > @now)")}
            """)
            .WithParameter("@partition", count.Partition)
            .WithParameter("@kind", count.Kind)
            .WithParameter("@now", MomentConverter.Text(now));
        return count.Index is null ? query : query.WithParameter("@status", count.Index);
    }

    /// <summary>The kind of one that is due, of these kinds; nothing when none is.</summary>
    public static QueryDefinition AnyDue(IReadOnlyCollection<string> kinds, DueQuery due, DateTimeOffset now)
    {
        var text = new SqlText();
        return Bound(due, now, text.Of($"""
            SELECT {Name} FROM c WHERE {From(due)}c.dueAt <= @dueBy AND {text.In("c.kind", kinds)} AND {Alive}
            """));
    }

    /// <summary>What is due of a kind, the longest first, over all partitions.</summary>
    public static QueryDefinition Due(string kind, DueQuery due, DateTimeOffset now)
    {
        const string After = "c.dueAt >= @at AND (c.dueAt > @at OR c.partition > @partition "
            + "OR (c.partition = @partition AND c.id > @id)) AND ";
        var query = Bound(due, now, new QueryDefinition($"""
            SELECT {Name} FROM c
            WHERE c.kind = @kind AND {(due.After is null ? From(due) : After)}c.dueAt <= @dueBy AND {Alive}
            ORDER BY c.kind ASC, c.dueAt ASC, c.partition ASC, c.id ASC
            """))
            .WithParameter("@kind", kind);
        return due.After is not { } after ? query : query
            .WithParameter("@at", MomentConverter.Text(after.DueAt))
            .WithParameter("@partition", after.Partition)
            .WithParameter("@id", after.Id);
    }

    private static string From(DueQuery due) => due.From is null ? "" : "c.dueAt >= @dueFrom AND ";

    private static QueryDefinition Bound(DueQuery due, DateTimeOffset now, QueryDefinition query)
    {
        query = query
            .WithParameter("@dueBy", MomentConverter.Text(due.By))
            .WithParameter("@now", MomentConverter.Text(now));
        return due.From is { } from ? query.WithParameter("@dueFrom", MomentConverter.Text(from)) : query;
    }

    /// <summary>The names of what counts as gone.</summary>
    public static QueryDefinition Gone(DateTimeOffset now) =>
        new QueryDefinition($"SELECT {Name} FROM c WHERE c.purgeAt <= @now")
            .WithParameter("@now", MomentConverter.Text(now));

    // The bound on the moment alone lets the index begin where the page does; what follows only parts the documents of
    // that one moment.
    private static QueryDefinition List(string columns, ListQuery list, DateTimeOffset now)
    {
        var (beyond, direction) = list.Order is ListOrder.NewestFirst ? ("<", "DESC") : (">", "ASC");
        var after = $"AND c.createdAt {beyond}= @at AND (c.createdAt {beyond} @at OR c.id {beyond} @id) ";
        string[] order = list.Index is null
            ? ["partition", "kind", "createdAt", "id"]
            : ["partition", "kind", "status", "createdAt", "id"];
        var query = new QueryDefinition($"""
            SELECT {(list.Skip is 0 ? "TOP @limit " : "")}{columns} {InPartition} AND c.kind = @kind
            {(list.Index is null ? "" : "AND c.status = @status ")}AND {Alive}
            {(list.After is null ? "" : after)}
            ORDER BY {string.Join(", ", order.Select(path => $"c.{path} {direction}"))}
            {(list.Skip is 0 ? "" : "OFFSET @skip LIMIT @limit")}
            """)
            .WithParameter("@limit", list.Limit)
            .WithParameter("@partition", list.Partition)
            .WithParameter("@kind", list.Kind)
            .WithParameter("@now", MomentConverter.Text(now));
        query = list.Index is { } index ? query.WithParameter("@status", index) : query;
        query = list.Skip is 0 ? query : query.WithParameter("@skip", list.Skip);
        return list.After is { } place
            ? query.WithParameter("@at", MomentConverter.Text(place.CreatedAt)).WithParameter("@id", place.Id)
            : query;
    }
}

/// <summary>The text of one query, with a parameter for each of several values.</summary>
internal sealed class SqlText
{
    private readonly List<string> _values = [];

    /// <summary>That a property is one of these values.</summary>
    public string In(string property, IReadOnlyCollection<string> values)
    {
        var first = _values.Count;
        _values.AddRange(values);
        var names = Enumerable.Range(first, values.Count).Select(number => $"@v{number}");
        return $"{property} IN ({string.Join(", ", names)})";
    }

    /// <summary>That a property holds one of these values.</summary>
    public string ContainsOne(string property, IReadOnlyCollection<string> values)
    {
        var first = _values.Count;
        _values.AddRange(values);
        var terms = Enumerable.Range(first, values.Count).Select(number => $"ARRAY_CONTAINS({property}, @v{number})");
        return $"({string.Join(" OR ", terms)})";
    }

    /// <summary>That a property begins with one of these letters.</summary>
    public string StartsWithOne(string property, string letters)
    {
        var first = _values.Count;
        _values.AddRange(letters.Select(letter => letter.ToString()));
        var terms = Enumerable.Range(first, letters.Length).Select(number => $"STARTSWITH({property}, @v{number})");
        return $"({string.Join(" OR ", terms)})";
    }

    /// <summary>The query, with those values.</summary>
    public QueryDefinition Of(string text)
    {
        var query = new QueryDefinition(text);
        for (var number = 0; number < _values.Count; number++)
        {
            query = query.WithParameter($"@v{number}", _values[number]);
        }

        return query;
    }
}
