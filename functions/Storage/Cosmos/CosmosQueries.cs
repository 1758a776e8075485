using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// The queries. Values go in as parameters only. A query in one partition names it in its text, too, and begins its
/// order with what it is equal to: so one composite index answers the filter and the order. It says how many it wants
/// at most: an answer that names a next page would make the SDK ask for a plan and start again.
/// </summary>
internal static class CosmosQueries
{
    private const string InPartition = "SELECT TOP @limit * FROM c WHERE c.partition = @partition";
    private const string Alive = "c.purgeAt > @now";

    public static QueryDefinition ByKey(string partition, string key) =>
        new QueryDefinition($"{InPartition} AND c.key = @key")
            .WithParameter("@limit", 1)
            .WithParameter("@partition", partition)
            .WithParameter("@key", CosmosKey.Of(key));

    /// <summary>The documents that are dead but still there, among those with one of the ids or keys.</summary>
    public static QueryDefinition Dead(
        string partition, IReadOnlyCollection<string> ids, IReadOnlyCollection<string> keys, DateTimeOffset now) =>
        new QueryDefinition(
            $"{InPartition} AND c.purgeAt <= @now AND (ARRAY_CONTAINS(@ids, c.id) OR ARRAY_CONTAINS(@keys, c.key))")
            .WithParameter("@limit", ids.Count + keys.Count)
            .WithParameter("@partition", partition)
            .WithParameter("@now", MomentConverter.Text(now))
            .WithParameter("@ids", ids)
            .WithParameter("@keys", keys);

    /// <summary>
    /// A page of a list. The bound on the moment alone lets the index begin where the page does; what follows only
    /// parts the documents of that one moment.
    /// </summary>
    public static QueryDefinition List(ListQuery list, DateTimeOffset now)
    {
        var (beyond, direction) = list.Order is ListOrder.NewestFirst ? ("<", "DESC") : (">", "ASC");
        var query = new QueryDefinition($"""
            {InPartition} AND c.kind = @kind{(list.Index is null ? "" : " AND c.status = @status")} AND {Alive}
            {(list.After is null ? "" : After(beyond))}ORDER BY {ListOrderBy(list, direction)}
            """)
            .WithParameter("@limit", list.Limit)
            .WithParameter("@partition", list.Partition)
            .WithParameter("@kind", list.Kind)
            .WithParameter("@now", MomentConverter.Text(now));
        query = list.Index is { } index ? query.WithParameter("@status", index) : query;
        return list.After is { } after
            ? query.WithParameter("@at", MomentConverter.Text(after.CreatedAt)).WithParameter("@id", after.Id)
            : query;
    }

    /// <summary>How many documents there are. What is never due has no string for its moment.</summary>
    public static QueryDefinition Count(CountQuery count, DateTimeOffset now)
    {
        var query = new QueryDefinition($"""
            SELECT VALUE COUNT(1) FROM c WHERE c.partition = @partition AND c.kind = @kind AND {Alive}
            {(count.Index is null ? "" : "AND c.status = @status")}
            {(count.WithDue ? "" : "AND NOT (IS_STRING(c.dueAt) AND c.dueAt <= @now)")}
            """)
            .WithParameter("@partition", count.Partition)
            .WithParameter("@kind", count.Kind)
            .WithParameter("@now", MomentConverter.Text(now));
        return count.Index is null ? query : query.WithParameter("@status", count.Index);
    }

    /// <summary>What is due of these kinds, the longest first, over all partitions.</summary>
    public static QueryDefinition Due(IReadOnlyCollection<string> kinds, DateTimeOffset dueBy, DateTimeOffset now) =>
        new QueryDefinition($"""
            SELECT * FROM c WHERE c.dueAt <= @dueBy AND ARRAY_CONTAINS(@kinds, c.kind) AND {Alive} ORDER BY c.dueAt ASC
            """)
            .WithParameter("@dueBy", MomentConverter.Text(dueBy))
            .WithParameter("@kinds", kinds)
            .WithParameter("@now", MomentConverter.Text(now));

    private static string After(string beyond) =>
        $"AND c.createdAt {beyond}= @at AND (c.createdAt {beyond} @at OR c.id {beyond} @id) ";

    private static string ListOrderBy(ListQuery list, string direction)
    {
        string[] paths = list.Index is null
            ? ["partition", "kind", "createdAt", "id"]
            : ["partition", "kind", "status", "createdAt", "id"];
        return string.Join(", ", paths.Select(path => $"c.{path} {direction}"));
    }
}
