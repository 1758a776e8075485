using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

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
