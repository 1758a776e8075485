using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>Reads items, again and again until they are read or the budget is spent.</summary>
internal sealed class CosmosReader(CosmosRequests requests)
{
    /// <summary>One item, dead or alive; not found is a reply.</summary>
    public ValueTask<CosmosReply<CosmosItem>> Item(string partition, string id, CosmosBudget budget) =>
        budget.SendUntilAnswered(stop => requests.Read(partition, id, stop));

    /// <summary>The items that a query finds.</summary>
    public async ValueTask<CosmosReply<List<CosmosItem>>> Items(
        QueryDefinition query, string? partition, int limit, CosmosBudget budget, int? maxBytes = null)
    {
        using var pages = requests.Query(query, CosmosJson.Default.CosmosPageCosmosItem, partition, limit);
        pages.IsEnough = maxBytes is { } max ? found => found.Sum(item => (long)item.Body.Length) >= max : null;
        return await budget.SendUntilAnswered(pages.ReadOn);
    }

    /// <summary>The numbers that a query gives.</summary>
    public async ValueTask<CosmosReply<List<long>>> Number(
        QueryDefinition query, string partition, CosmosBudget budget)
    {
        using var pages = requests.Query(query, CosmosJson.Default.CosmosPageInt64, partition, int.MaxValue);
        return await budget.SendUntilAnswered(pages.ReadOn);
    }
}

/// <summary>Reads what is due: one query over all partitions, whatever the number of kinds.</summary>
internal sealed class DueReader(CosmosReader reader, DateTimeOffset dueBy, DateTimeOffset now, CosmosBudget budget)
{
    /// <summary>
    /// The longest due of these kinds. When they fill the answer, a kind that is not among them may wait behind: each
    /// such kind is asked for by itself and takes some of the places.
    /// </summary>
    public async ValueTask<CosmosReply<List<CosmosItem>>> Read(IReadOnlyCollection<string> kinds, int limit)
    {
        var all = await Ask(kinds, limit);
        if (all.Value is not { } due || due.Count < limit)
        {
            return all;
        }

        var share = limit / kinds.Count;
        foreach (var kind in share > 0 ? kinds.Except(due.Select(item => item.Kind)).ToList() : [])
        {
            var reply = await Ask([kind], share);
            if (reply.Value is not { } others)
            {
                return reply;
            }

            due.RemoveRange(due.Count - others.Count, others.Count);
            due.InsertRange(0, others);
        }

        return all;
    }

    private ValueTask<CosmosReply<List<CosmosItem>>> Ask(IReadOnlyCollection<string> kinds, int limit) =>
        reader.Items(CosmosQueries.Due(kinds, dueBy, now), null, limit, budget);
}
