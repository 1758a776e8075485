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
