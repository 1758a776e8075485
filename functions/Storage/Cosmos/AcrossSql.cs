using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

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
