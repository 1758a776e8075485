using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>The query of a list over partitions: one question to each physical partition.</summary>
internal static class AcrossSql
{
    /// <summary>How many there are of an account's, of a kind and a state: all of it from indexes.</summary>
    public static QueryDefinition Of(CountQuery count, DateTimeOffset now) =>
        new QueryDefinition(
            "SELECT VALUE COUNT(1) FROM c WHERE c.account = @account AND c.kind = @kind AND " + count.State switch
            {
                // What is open is kept for ever, and what is closed for a while: so the index on its end tells.
                CountQuery.OpenState => "c.purgeAt = @never",
                CountQuery.ClosedState => "c.purgeAt > @now AND c.purgeAt < @never",
                _ => "STARTSWITH(c.status, @initial) AND c.purgeAt > @now",
            })
            .WithParameter("@account", count.Account)
            .WithParameter("@kind", count.Kind)
            .WithParameter("@never", MomentConverter.Text(DateTimeOffset.MaxValue))
            .WithParameter("@now", MomentConverter.Text(now))
            .WithParameter("@initial", count.State);

    /// <summary>The page, as far as it is of the shape of today.</summary>
    public static QueryDefinition Of(AcrossQuery query, DateTimeOffset now) => query.AllAccounts
        ? Of(query, "IS_DEFINED(c.account)", "", now)
        : Of(query, "c.account = @account", OrderOf(query), now).WithParameter("@account", query.Account);

    /// <summary>The same of items of the first shape, in no order: those do not say whose they are.</summary>
    public static QueryDefinition OfBefore(AcrossQuery query, DateTimeOffset now) =>
        Of(query, "IS_DEFINED(c.account) = false AND STARTSWITH(c.partition, @prefix)", "", now)
            .WithParameter("@prefix", query.Account + ":");

    /// <summary>Whether there is any item of the first shape.</summary>
    public static QueryDefinition AnyOfBefore() =>
        new("SELECT c.id, c.partition, c.kind, c.status, c.createdAt, c.purgeAt, c._etag FROM c "
            + "WHERE IS_DEFINED(c.account) = false");

    private static string OrderOf(AcrossQuery query)
    {
        var direction = query.Order is ListOrder.NewestFirst ? "DESC" : "ASC";
        string[] paths = ["account", "createdAt", "id", "partition"];
        return $"ORDER BY {string.Join(", ", paths.Select(path => $"c.{path} {direction}"))}";
    }

    private static string AfterOf(AcrossQuery query)
    {
        var beyond = query.Order is ListOrder.NewestFirst ? "<" : ">";
        return $"c.createdAt {beyond}= @at AND (c.createdAt {beyond} @at OR c.id {beyond} @id "
            + $"OR (c.id = @id AND c.partition {beyond} @partition))";
    }

    private static QueryDefinition Of(AcrossQuery query, string whose, string order, DateTimeOffset now)
    {
        var text = new SqlText();
        var (at, id, partition) = query.After ?? new(DateTimeOffset.MaxValue, "", "");
        string?[] conditions =
        [
            whose,
            text.In("c.kind", query.Kinds),
            "c.purgeAt > @now",
            query.After is null ? null : AfterOf(query),
            query.Initials.Length is 0 ? null : text.StartsWithOne("c.status", query.Initials),
            query.Terms is null ? null : text.ContainsOne("c.terms", query.Terms),
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
        return text.Of($"SELECT * FROM c WHERE {string.Join(" AND ", conditions.OfType<string>())} {order}")
            .WithParameter("@now", MomentConverter.Text(now))
            .WithParameter("@at", MomentConverter.Text(at))
            .WithParameter("@id", id)
            .WithParameter("@partition", partition)
            .WithParameter("@from", MomentConverter.Text(query.CreatedFrom ?? DateTimeOffset.MinValue))
            .WithParameter("@before", MomentConverter.Text(query.CreatedBefore ?? DateTimeOffset.MaxValue))
            .WithParameter("@status", query.Status);
    }
}
