using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>Reads items, again and again until they are read or the budget is spent.</summary>
internal sealed class CosmosReader(CosmosRequests requests)
{
    // A page of names is as much as what reads them works on at a time.
    private const int NamesToAPage = 1000;

    /// <summary>One item, dead or alive; not found is a reply.</summary>
    public ValueTask<CosmosReply<CosmosItem>> Item(
        string partition, string id, CosmosBudget budget, bool mayLag = false) =>
        budget.SendUntilAnswered(stop => requests.Read(partition, id, mayLag, stop));

    /// <summary>The items that a query finds.</summary>
    public async ValueTask<CosmosReply<List<CosmosItem>>> Items(
        QueryDefinition query, CosmosScope scope, int limit, CosmosBudget budget, int? maxBytes = null,
        bool mayLag = false)
    {
        using var pages = requests.Query(query, CosmosJson.Default.CosmosPageCosmosItem, scope, limit, mayLag);
        pages.IsEnough = maxBytes is { } max ? found => found.Sum(item => (long)item.Body.Length) >= max : null;
        return await budget.SendUntilAnswered(pages.ReadOn);
    }

    /// <summary>The names of the items that a query finds. What is done with them is checked.</summary>
    public async ValueTask<CosmosReply<List<CosmosName>>> Names(
        QueryDefinition query, CosmosScope scope, int limit, CosmosBudget budget)
    {
        using var pages = requests.Query(
            query, CosmosJson.Default.CosmosPageCosmosName, scope, limit, mayLag: true, NamesToAPage);
        return await budget.SendUntilAnswered(pages.ReadOn);
    }

    /// <summary>The names of a list, in its partition.</summary>
    public async ValueTask<CosmosReply<List<CosmosListed>>> Listed(
        QueryDefinition query, CosmosScope scope, int limit, CosmosBudget budget)
    {
        using var pages = requests.Query(
            query, CosmosJson.Default.CosmosPageCosmosListed, scope, limit, mayLag: true, NamesToAPage);
        return await budget.SendUntilAnswered(pages.ReadOn);
    }

    /// <summary>The numbers that a query gives.</summary>
    public async ValueTask<CosmosReply<List<long>>> Number(
        QueryDefinition query, CosmosScope scope, CosmosBudget budget)
    {
        using var pages = requests.Query(
            query, CosmosJson.Default.CosmosPageInt64, scope, int.MaxValue, mayLag: true);
        return await budget.SendUntilAnswered(pages.ReadOn);
    }
}

/// <summary>Finds what is due, about a hundred of a kind at a time.</summary>
internal sealed class DueReader(CosmosReader reader, CosmosScope scope, DateTimeOffset now, CosmosBudget budget)
{
    private const int OfAKind = 100;

    /// <summary>
    /// The longest due of these kinds. Of several kinds it is asked first whether any is due, and of which kind one is:
    /// mostly nothing is, and that is one small question.
    /// </summary>
    public async ValueTask<CosmosReply<List<CosmosName>>> Read(DueQuery query)
    {
        if (query.Kinds.Count == 1)
        {
            return await Read(query.Kinds.First(), query);
        }

        List<CosmosName> due = [];
        HashSet<string> kinds = [.. query.Kinds];
        while (kinds.Count > 0 && due.Count < query.Limit)
        {
            var any = await reader.Names(CosmosQueries.AnyDue(kinds, query, now), scope, 1, budget);
            if (any.Value is not [var found])
            {
                return any.Value is null ? any : CosmosReply<List<CosmosName>>.Done(due);
            }

            var some = await Read(found.Kind, query with { Limit = query.Limit - due.Count });
            if (some.Value is null)
            {
                return some;
            }

            kinds.Remove(found.Kind);
            due.AddRange(some.Value);
        }

        return CosmosReply<List<CosmosName>>.Done(due);
    }

    private ValueTask<CosmosReply<List<CosmosName>>> Read(string kind, DueQuery query) => reader.Names(
        CosmosQueries.Due(kind, query, now), scope, Math.Min(query.Limit, OfAKind), budget);
}

/// <summary>
/// Lists of an account over its partitions. Items of the first shape do not say whose they are: while there are any,
/// they are looked for beside the others and put among them.
/// </summary>
internal sealed class AcrossReader(CosmosReader reader)
{
    private volatile bool _noneOfBefore;

    /// <summary>A page.</summary>
    public async ValueTask<CosmosReply<List<CosmosItem>>> Read(
        AcrossQuery query, DateTimeOffset now, CosmosBudget budget)
    {
        // Those of several accounts come in no order.
        var limit = query.AllAccounts ? int.MaxValue : query.Limit;
        var scope = query.AllAccounts ? CosmosScope.Of("") : CosmosScope.Of(query.Account);
        var page = await reader.Items(AcrossSql.Of(query, now), scope, limit, budget, query.MaxBytes, mayLag: true);
        if (page.Value is { } unordered && query.AllAccounts)
        {
            return CosmosReply<List<CosmosItem>>.Done([.. InOrder(query.Order, unordered).Take(query.Limit)]);
        }

        // What is of the first shape has no terms.
        if (page.Value is not { } found || _noneOfBefore || query.Terms is not null)
        {
            return page;
        }

        var any = await reader.Names(AcrossSql.AnyOfBefore(), scope, 1, budget);
        if (any.Value is not [_])
        {
            _noneOfBefore = any.Value is [];
            return any.Value is null ? new(any.Status, null, any.SubStatus, any.RetryAfter) : page;
        }

        var before = await reader.Items(AcrossSql.OfBefore(query, now), scope, int.MaxValue, budget, mayLag: true);
        return before.Value is null ? before : CosmosReply<List<CosmosItem>>.Done(
            [.. InOrder(query.Order, found.Concat(before.Value)).Take(query.Limit)]);
    }

    private static IEnumerable<CosmosItem> InOrder(ListOrder order, IEnumerable<CosmosItem> items) =>
        AcrossPosition.Sorted(items, order, item => new(item.CreatedAt, item.Id, item.Partition));
}

/// <summary>
/// Removes what counts as gone. By a write, and not by its time to live: a serverless account pays the same for either,
/// and an item whose time to live has passed may hold its id and its key for nobody knows how long.
/// https://learn.microsoft.com/azure/cosmos-db/time-to-live
/// </summary>
internal sealed class CosmosPurge(
    CosmosReader reader, CosmosRequests requests, CosmosScope scope, CosmosPace pace, CosmosBudget budget)
{
    /// <summary>Removes up to so many; gives how many.</summary>
    public async ValueTask<int> Run(DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        await pace.Wait(0, 0, cancellation);
        var gone = await reader.Names(CosmosQueries.Gone(now), scope, limit, budget);
        var removed = 0;
        foreach (var partition in (gone.Value ?? []).GroupBy(name => name.Partition))
        {
            foreach (var some in partition.Chunk(CommitRules.MaxWrites))
            {
                await pace.Wait(some.Length, 0, cancellation);
                removed += await Remove(partition.Key, some);
            }
        }

        return removed;
    }

    // One that was written again meanwhile stays, and the others of its batch go with the next look.
    private async ValueTask<int> Remove(string partition, CosmosName[] names)
    {
        CosmosWrite[] deletes =
            [.. names.Select(name => new CosmosWrite(new Write.Delete(name.Id), [], name.ETag, false))];
        var reply = await budget.SendUntilAnswered(stop => requests.Write(partition, deletes, stop));
        return reply.Fate is CosmosFate.Done ? names.Length : 0;
    }
}
