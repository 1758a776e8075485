using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// The requests to the container, one try each. Streams, since what is not there is an answer here and no exception.
/// </summary>
internal sealed class CosmosRequests(Container container)
{
    private static readonly ItemRequestOptions _noOptions = new();

    /// <summary>Reads one item.</summary>
    public async Task<CosmosReply<CosmosItem>> Read(string partition, string id, CancellationToken cancellation)
    {
        using var response = await container.ReadItemStreamAsync(id, new(partition), _noOptions, cancellation);
        return CosmosReply<CosmosItem>.From(response, response.IsSuccessStatusCode
            ? await JsonSerializer.DeserializeAsync(response.Content, CosmosJson.Default.CosmosItem, cancellation)
            : null);
    }

    /// <summary>Begins a query, whose pages are then asked for one after the other.</summary>
    /// <param name="query">The query.</param>
    /// <param name="json">How its rows are read.</param>
    /// <param name="partition">The partition that it is about; null for all of them.</param>
    /// <param name="limit">How many items at most.</param>
    public CosmosQuery<T> Query<T>(
        QueryDefinition query, JsonTypeInfo<CosmosPage<T>> json, string? partition, int limit)
    {
        var options = new QueryRequestOptions { MaxItemCount = limit, MaxConcurrency = -1 };
        if (partition is not null)
        {
            options.PartitionKey = new(partition);
            // Without it the SDK asks the gateway for a plan before each query that has an order.
            options.EnableOptimisticDirectExecution = true;
        }

        return new(() => container.GetItemQueryStreamIterator(query, requestOptions: options), json, limit);
    }

    /// <summary>Makes one write, or several together as a batch. Gives the ETags, empty for a delete.</summary>
    public Task<CosmosReply<string[]>> Write(
        string partition, IReadOnlyList<CosmosWrite> writes, CancellationToken cancellation) =>
        writes is [var single] ? Single(partition, single, cancellation) : Batch(partition, writes, cancellation);

    private async Task<CosmosReply<string[]>> Single(
        string partition, CosmosWrite write, CancellationToken cancellation)
    {
        var (key, options) = (new PartitionKey(partition), new ItemRequestOptions { IfMatchEtag = write.IfMatch });
        using var response = await (write.Write switch
        {
            Storage.Write.Create => container.CreateItemStreamAsync(write.Open(), key, options, cancellation),
            Storage.Write.Put => container.UpsertItemStreamAsync(write.Open(), key, options, cancellation),
            Storage.Write.Replace replace => container.ReplaceItemStreamAsync(
                write.Open(), replace.Document.Id, key, options, cancellation),
            _ => container.DeleteItemStreamAsync(write.Write.DocumentId, key, options, cancellation),
        });
        string[]? etags = response.IsSuccessStatusCode ? [response.Headers.ETag ?? ""] : null;
        return CosmosReply<string[]>.From(response, etags);
    }

    private async Task<CosmosReply<string[]>> Batch(
        string partition, IReadOnlyList<CosmosWrite> writes, CancellationToken cancellation)
    {
        var batch = container.CreateTransactionalBatch(new(partition));
        foreach (var write in writes)
        {
            var options = new TransactionalBatchItemRequestOptions { IfMatchEtag = write.IfMatch };
            batch = write.Write switch
            {
                Storage.Write.Create => batch.CreateItemStream(write.Open(), options),
                Storage.Write.Put => batch.UpsertItemStream(write.Open(), options),
                Storage.Write.Replace replace => batch.ReplaceItemStream(replace.Document.Id, write.Open(), options),
                _ => batch.DeleteItem(write.Write.DocumentId, options),
            };
        }

        using var response = await batch.ExecuteAsync(cancellation);
        return BatchReply.From(response);
    }
}
