using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// Reads what was written from the container's change feed, each of its ranges by a request of its own. The feed tells
/// of each item in its latest version, and of no removal.
/// https://learn.microsoft.com/azure/cosmos-db/nosql/change-feed-pull-model
/// </summary>
internal sealed class CosmosMoves(Container container, CosmosLevel level, CosmosCharges charges)
{
    private const int PageSize = 1000;

    private readonly ChangeFeedRequestOptions _options = new() { PageSizeHint = PageSize };

    /// <summary>What was written since a place, in any range: while nothing was, one request to each.</summary>
    public async Task<CosmosReply<Moves>> Read(string? since, CancellationToken cancellation)
    {
        var starts = since is null
            ? (await container.GetFeedRangesAsync(cancellation)).Select(ChangeFeedStartFrom.Now)
            : JsonSerializer.Deserialize(since, CosmosJson.Default.ListString)!
                .Select(ChangeFeedStartFrom.ContinuationToken);
        var pages = await Task.WhenAll(starts.Select(start => Page(start, cancellation)));
        if (pages.Any(page => page.Value is null))
        {
            return pages.First(page => page.Value is null);
        }

        var moves = pages.Select(page => page.Value!).ToList();
        var place = JsonSerializer.Serialize([.. moves.Select(page => page.Place)], CosmosJson.Default.ListString);
        return CosmosReply<Moves>.Done(new(place, [.. moves.SelectMany(page => page.Documents!)])
        {
            HasMore = moves.Exists(page => page.HasMore), Lag = level.Lag,
        });
    }

    private async Task<CosmosReply<Moves>> Page(ChangeFeedStartFrom start, CancellationToken cancellation)
    {
        using var feed = container.GetChangeFeedStreamIterator(start, ChangeFeedMode.Incremental, _options);
        using var response = await feed.ReadNextAsync(cancellation);
        if (response.StatusCode is HttpStatusCode.NotModified)
        {
            charges.Query<CosmosName>(CosmosScope.Everywhere, [], response.Headers.RequestCharge);
            return CosmosReply<Moves>.Done(new(response.ContinuationToken, []));
        }

        if (!response.IsSuccessStatusCode)
        {
            return CosmosReply<Moves>.From(response);
        }

        var page = await JsonSerializer.DeserializeAsync(
            response.Content, CosmosJson.Default.CosmosPageCosmosName, cancellation);
        charges.Query(CosmosScope.Everywhere, page!.Documents, response.Headers.RequestCharge);
        return CosmosReply<Moves>.Done(
            new(response.ContinuationToken, [.. page.Documents.Select(name => name.ToMove())])
            {
                HasMore = page.Documents.Count >= PageSize,
            });
    }
}

/// <summary>
/// The feed ranges of the container, one for each physical partition, as texts: they go on naming the same documents
/// when a partition is split. https://learn.microsoft.com/azure/cosmos-db/nosql/change-feed-pull-model
/// </summary>
internal sealed class FeedRanges(Container container)
{
    /// <summary>Asks which there are.</summary>
    public async Task<CosmosReply<List<string>>> Read(CancellationToken cancellation) =>
        CosmosReply<List<string>>.Done(
            [.. (await container.GetFeedRangesAsync(cancellation)).Select(range => range.ToJsonString())]);

    /// <summary>The range of such a text; null for the empty one, which is everything.</summary>
    public static FeedRange? Of(string shard) => shard.Length is 0 ? null : FeedRange.FromJsonString(shard);
}
