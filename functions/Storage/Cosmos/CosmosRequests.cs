using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// The requests to the container, one try each. Streams, since what is not there is an answer here and no exception.
/// </summary>
internal sealed class CosmosRequests(Container container, CosmosLevel level, CosmosCharges charges)
{
    private static readonly ItemRequestOptions _noOptions = new();
    private static readonly ItemRequestOptions _answered = new() { EnableContentResponseOnWrite = true };

    /// <summary>Reads one item.</summary>
    /// <param name="partition">Where.</param>
    /// <param name="id">Which.</param>
    /// <param name="mayLag">Whether it may be as old as Session allows, which costs half.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<CosmosReply<CosmosItem>> Read(
        string partition, string id, bool mayLag, CancellationToken cancellation)
    {
        using var response = await container.ReadItemStreamAsync(
            id, new(partition), mayLag ? level.MayLag : _noOptions, cancellation);
        charges.Read(partition, response.Headers.RequestCharge);
        return CosmosReply<CosmosItem>.From(response, response.IsSuccessStatusCode
            ? await JsonSerializer.DeserializeAsync(response.Content, CosmosJson.Default.CosmosItem, cancellation)
            : null);
    }

    /// <summary>Begins a query, whose pages are then asked for one after the other.</summary>
    /// <param name="query">The query.</param>
    /// <param name="json">How its rows are read.</param>
    /// <param name="scope">What it looks through.</param>
    /// <param name="limit">How many items at most.</param>
    /// <param name="mayLag">Whether it may be as old as Session allows, which costs half.</param>
    /// <param name="toAPage">How many to a page at most.</param>
    public CosmosQuery<T> Query<T>(
        QueryDefinition query, JsonTypeInfo<CosmosPage<T>> json, CosmosScope scope, int limit, bool mayLag,
        int toAPage = int.MaxValue)
    {
        var options = new QueryRequestOptions
        {
            MaxItemCount = Math.Min(limit, toAPage),
            MaxConcurrency = -1,
            ConsistencyLevel = mayLag ? level.MayLag.ConsistencyLevel : null,
        };
        if (scope.Partition is { } partition)
        {
            options.PartitionKey = new(partition);
            // Without it the SDK asks the gateway for a plan before each query that has an order.
            options.EnableOptimisticDirectExecution = true;
        }

        return new(
            () => scope.Range is { } range
                ? container.GetItemQueryStreamIterator(range, query, continuationToken: null, options)
                : container.GetItemQueryStreamIterator(query, requestOptions: options),
            json,
            limit,
            (found, units) => charges.Query(scope, found, units));
    }

    /// <summary>
    /// Makes one write, or several together as a batch. Gives the ETags, empty for a delete. A delete is always a
    /// batch, which is a POST: the HTTP handler sends a DELETE again by itself when its connection broke, and one that
    /// had happened would be answered as if there was nothing to delete.
    /// </summary>
    public Task<CosmosReply<string[]>> Write(
        string partition, IReadOnlyList<CosmosWrite> writes, CancellationToken cancellation) =>
        writes is [var single] && single.Write is not Storage.Write.Delete
            ? Single(partition, single, cancellation)
            : Batch(partition, writes, cancellation);

    /// <summary>Writes the one item that is there to learn when it is written.</summary>
    public async Task<CosmosReply<CosmosStamp>> Stamp(CancellationToken cancellation)
    {
        using var response = await container.UpsertItemStreamAsync(
            new MemoryStream(CosmosStamp.Item), new(CosmosStamp.Partition), _answered, cancellation);
        charges.Write(CosmosStamp.Partition, response.Headers.RequestCharge);
        return CosmosReply<CosmosStamp>.From(response, response.IsSuccessStatusCode
            ? await JsonSerializer.DeserializeAsync(response.Content, CosmosJson.Default.CosmosStamp, cancellation)
            : null);
    }

    private async Task<CosmosReply<string[]>> Single(
        string partition, CosmosWrite write, CancellationToken cancellation)
    {
        var (key, options) = (new PartitionKey(partition), new ItemRequestOptions { IfMatchEtag = write.IfMatch });
        using var response = await (write.Write switch
        {
            Storage.Write.Create => container.CreateItemStreamAsync(write.Open(), key, options, cancellation),
            Storage.Write.Put => container.UpsertItemStreamAsync(write.Open(), key, options, cancellation),
            _ => container.ReplaceItemStreamAsync(
                write.Open(), write.Write.DocumentId, key, options, cancellation),
        });
        charges.Write(partition, response.Headers.RequestCharge);
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
        charges.Write(partition, response.RequestCharge);
        return BatchReply.From(response);
    }
}

/// <summary>How old what is read may be, where it may be older than the account promises.</summary>
internal sealed class CosmosLevel
{
    /// <summary>For what may be as old as Session allows, which costs half.</summary>
    public ItemRequestOptions MayLag { get; private set; } = new();

    /// <summary>How much later than others a copy may show what another client has written.</summary>
    public TimeSpan Lag => MayLag.ConsistencyLevel is null ? TimeSpan.FromSeconds(2) : TimeSpan.Zero;

    /// <summary>
    /// Takes note of what the account promises. Below Strong and BoundedStaleness there is nothing to be had for less.
    /// </summary>
    public void Know(ConsistencyLevel account) => MayLag =
        account is ConsistencyLevel.Strong or ConsistencyLevel.BoundedStaleness
            ? new() { ConsistencyLevel = ConsistencyLevel.Session }
            : new();
}

/// <summary>What one request came to.</summary>
/// <param name="Status">The HTTP status; of a batch, that of the write that failed.</param>
/// <param name="Value">What it gave, when it was done.</param>
/// <param name="SubStatus">What Cosmos DB adds to the status; 0 for nothing.</param>
/// <param name="RetryAfter">How long it asks to wait, if it said.</param>
/// <param name="FailedWrite">Which write of a batch was refused.</param>
internal readonly record struct CosmosReply<T>(
    HttpStatusCode Status, T? Value, int SubStatus = 0, TimeSpan? RetryAfter = null, int FailedWrite = 0)
    where T : class
{
    private const int ReadSessionNotAvailable = 1002;
    private const int OwnerNotFound = 1003;
    private const int RetryWith = 449;

    /// <summary>The sub-status of a partition that is full: 20 GB.</summary>
    public const int PartitionFull = 1014;

    public CosmosFate Fate => (int)Status switch
    {
        >= 200 and < 300 => CosmosFate.Done,
        404 when SubStatus is ReadSessionNotAvailable or OwnerNotFound => CosmosFate.Unknown,
        404 or 409 or 412 => CosmosFate.Refused,
        429 => CosmosFate.Throttled,
        RetryWith => CosmosFate.NotDone,
        403 when SubStatus is PartitionFull => CosmosFate.Full,
        401 or 403 => CosmosFate.Forbidden,
        400 or 413 => CosmosFate.Wrong,
        _ => CosmosFate.Unknown,
    };

    public static CosmosReply<T> From(ResponseMessage response, T? value = null) =>
        new(response.StatusCode, value, SubStatusOf(response.Headers), RetryAfterOf(response.Headers));

    public static CosmosReply<T> From(CosmosException failure) =>
        new(failure.StatusCode, null, failure.SubStatusCode, failure.RetryAfter);

    /// <summary>It was done; what it gave.</summary>
    public static CosmosReply<T> Done(T value) => new(HttpStatusCode.OK, value);

    /// <summary>Nobody answered, so nobody knows.</summary>
    public static CosmosReply<T> Lost { get; } = new(HttpStatusCode.RequestTimeout, null);

    private static int SubStatusOf(Headers headers) =>
        int.TryParse(headers["x-ms-substatus"], out var number) ? number : 0;

    private static TimeSpan? RetryAfterOf(Headers headers) =>
        double.TryParse(headers["x-ms-retry-after-ms"], out var delay) ? TimeSpan.FromMilliseconds(delay) : null;
}

/// <summary>What a status means for the request.</summary>
internal enum CosmosFate
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>It was looked at and refused: not found, conflict, or another version.</summary>
    Refused,

    /// <summary>It was not looked at; there were too many.</summary>
    Throttled,

    /// <summary>It was not done, and may be tried again.</summary>
    NotDone,

    /// <summary>It may have been done or not.</summary>
    Unknown,

    /// <summary>It was not done, since the partition holds as much as it can.</summary>
    Full,

    /// <summary>The identity or the key may not do that here.</summary>
    Forbidden,

    /// <summary>It can never be done; a bug of ours.</summary>
    Wrong,
}

/// <summary>What callers are told of a reply.</summary>
internal static class CosmosOutcome
{
    /// <summary>The outcome of a call that ends with this reply.</summary>
    /// <exception cref="InvalidOperationException">It can never be done, so it is a bug.</exception>
    public static StoreOutcome Of<T>(CosmosReply<T> reply)
        where T : class => reply.Fate switch
    {
        CosmosFate.Done => StoreOutcome.Done,
        CosmosFate.Refused => OfRefusal(reply.Status),
        CosmosFate.Throttled => StoreOutcome.Throttled,
        CosmosFate.Full => StoreOutcome.Full,
        CosmosFate.Wrong => throw new InvalidOperationException(
            $"Cosmos DB cannot take this: {(int)reply.Status}/{reply.SubStatus}."),
        _ => StoreOutcome.Unavailable,
    };

    private static StoreOutcome OfRefusal(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => StoreOutcome.NotFound,
        HttpStatusCode.Conflict => StoreOutcome.Conflict,
        _ => StoreOutcome.PreconditionFailed,
    };
}
