using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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

/// <summary>The query of a list over partitions: one question to each physical partition.</summary>
internal static class AcrossSql
{
    private const string Select = """
        SELECT * FROM c WHERE STARTSWITH(c.partition, @prefix) AND ARRAY_CONTAINS(@kinds, c.kind) AND c.purgeAt > @now
        """;

    private const string Order = "ORDER BY c.createdAt DESC, c.id DESC, c.partition DESC";

    private const string After =
        "c.createdAt <= @at AND (c.createdAt < @at OR c.id < @id OR (c.id = @id AND c.partition < @partition))";

    /// <summary>The query; only what it is asked for is in its text.</summary>
    public static QueryDefinition Of(AcrossQuery query, DateTimeOffset now)
    {
        var (at, id, partition) = query.After ?? new(DateTimeOffset.MaxValue, "", "");
        string?[] conditions =
        [
            query.After is null ? null : After,
            query.CreatedFrom is null ? null : "c.createdAt >= @from",
            query.CreatedBefore is null ? null : "c.createdAt < @before",
            query.Status is null ? null : "c.status = @status",
            query.Open switch
            {
                true => "c.open = true AND (IS_DEFINED(c.dueAt) = false OR c.dueAt > @now)",
                false => "(c.open = false OR c.dueAt <= @now)",
                null => null,
            },
        ];
        return new QueryDefinition(string.Join(" AND ", [Select, .. conditions.OfType<string>()]) + " " + Order)
            .WithParameter("@prefix", query.PartitionPrefix)
            .WithParameter("@kinds", query.Kinds)
            .WithParameter("@now", MomentConverter.Text(now))
            .WithParameter("@at", MomentConverter.Text(at))
            .WithParameter("@id", id)
            .WithParameter("@partition", partition)
            .WithParameter("@from", MomentConverter.Text(query.CreatedFrom ?? DateTimeOffset.MinValue))
            .WithParameter("@before", MomentConverter.Text(query.CreatedBefore ?? DateTimeOffset.MaxValue))
            .WithParameter("@status", query.Status);
    }
}

/// <summary>
/// One query over its pages. What it has read it keeps over a 429, and asks again for the page that was refused: a
/// query that needs more than a second's throughput would else never end. After any other fault it starts afresh.
/// </summary>
internal sealed class CosmosQuery<T>(
    Func<FeedIterator> begin, JsonTypeInfo<CosmosPage<T>> json, int limit) : IDisposable
{
    private readonly List<T> _found = [];
    private FeedIterator? _pages;

    /// <summary>Whether what was found will do, so that no further page is asked for; null for never.</summary>
    public Predicate<List<T>>? IsEnough { get; set; }

    /// <summary>Reads on to the end or to a page that is refused; one request when all fit one answer.</summary>
    public async Task<CosmosReply<List<T>>> ReadOn(CancellationToken cancellation)
    {
        try
        {
            var reply = await ReadPages(cancellation);
            return reply.Fate is CosmosFate.Done or CosmosFate.Throttled ? reply : Afresh(reply);
        }
        catch (Exception failure) when (failure is not CosmosException { StatusCode: HttpStatusCode.TooManyRequests })
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Dispose()
    {
        _pages?.Dispose();
        _pages = null;
        _found.Clear();
    }

    private CosmosReply<List<T>> Afresh(CosmosReply<List<T>> reply)
    {
        Dispose();
        return reply;
    }

    private async Task<CosmosReply<List<T>>> ReadPages(CancellationToken cancellation)
    {
        _pages ??= begin();
        while (true)
        {
            using var response = await _pages.ReadNextAsync(cancellation);
            if (!response.IsSuccessStatusCode)
            {
                // A query finds nothing by an empty page. When it is not found, the container is not.
                return response.StatusCode is HttpStatusCode.NotFound
                    ? CosmosReply<List<T>>.Lost
                    : CosmosReply<List<T>>.From(response);
            }

            var page = await JsonSerializer.DeserializeAsync(response.Content, json, cancellation);
            _found.AddRange(page!.Documents.Take(limit - _found.Count));
            if (_found.Count == limit || !_pages.HasMoreResults || IsEnough?.Invoke(_found) is true)
            {
                return CosmosReply<List<T>>.From(response, [.. _found]);
            }
        }
    }
}
