using System.Net;
using System.Security.Cryptography;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// Finds out about a commit whose answer was lost and that was refused when it was tried again: the refusal may be the
/// doing of the first try. Every item names the commit that wrote it and the version that it replaced.
/// </summary>
internal sealed class LostCommit(
    CosmosReader reader, string partition, IReadOnlyList<Write> writes, CosmosBudget budget)
{
    private const int NameLength = 16;

    /// <summary>What this commit calls itself in the items that it writes.</summary>
    public string WrittenBy { get; } = RandomNumberGenerator.GetHexString(NameLength, lowercase: true);

    /// <summary>What to tell instead of the refusal; null when the refusal holds.</summary>
    public async ValueTask<CommitResult?> Explain(CosmosReply<string[]> refusal)
    {
        var trace = writes.FirstOrDefault(write => write is Write.Create or Write.Replace)
            ?? writes.FirstOrDefault(write => write is Write.Put);
        if (trace is null)
        {
            return ExplainDeletes(refusal);
        }

        var reply = await reader.Item(partition, trace.DocumentId, budget);
        return reply switch
        {
            { Status: HttpStatusCode.NotFound, Fate: CosmosFate.Refused } => null,
            { Value: null } => new(StoreOutcome.Unavailable, [], RetryAfter: reply.RetryAfter),
            { Value.WrittenBy: var writer } when writer == WrittenBy => await Made(),
            { Value: var item } when IsWithoutUs(item, (trace as Write.Replace)?.Document.ETag) => null,
            // Others have written over whatever was there, so nobody can tell any more.
            _ => new(StoreOutcome.Unavailable, []),
        };
    }

    /// <summary>
    /// Whether the item never was ours: it is the version that we would have replaced, or what another made of that,
    /// or as another created it. What we made before somebody deleted it is gone, so it does not count.
    /// </summary>
    private static bool IsWithoutUs(CosmosItem item, string? version) =>
        item.Replaced is null || item.Replaced == version || CosmosVersion.Of(item.ETag!, item.PurgeAt).Text == version;

    /// <summary>
    /// A delete leaves no trace. Who named a version had seen the document, so its being gone is what was asked.
    /// </summary>
    private CommitResult? ExplainDeletes(CosmosReply<string[]> refusal) =>
        refusal.Status is HttpStatusCode.NotFound && writes[refusal.FailedWrite] is Write.Delete(_, not null)
            ? new(StoreOutcome.Done, [.. writes.Select(_ => "")])
            : null;

    private async ValueTask<CommitResult> Made()
    {
        var versions = new string[writes.Count];
        for (var index = 0; index < versions.Length; index++)
        {
            versions[index] = await Version(writes[index]);
        }

        return new(StoreOutcome.Done, versions);
    }

    private async ValueTask<string> Version(Write write)
    {
        if (write is Write.Delete)
        {
            return "";
        }

        var item = (await reader.Item(partition, write.DocumentId, budget)).Value;
        return CosmosVersion.After(write, item?.WrittenBy == WrittenBy ? item.ETag! : CosmosVersion.NoIfMatch);
    }
}
