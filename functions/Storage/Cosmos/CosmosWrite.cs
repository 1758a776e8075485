using System.Text.Json;

namespace Sessions.Storage.Cosmos;

/// <summary>One write as Cosmos DB takes it.</summary>
/// <param name="Write">What the caller asked for.</param>
/// <param name="Item">The item in JSON; empty for a delete.</param>
/// <param name="IfMatch">The ETag that must be stored; null for any.</param>
/// <param name="IsOfDead">Whether its document is known to be dead, so that it counts as not found.</param>
internal sealed record CosmosWrite(Write Write, byte[] Item, string? IfMatch, bool IsOfDead)
{
    /// <summary>The item as a stream of its own: the SDK closes what it was given.</summary>
    public Stream Open() => new MemoryStream(Item, writable: false);

    /// <summary>Prepares a write of the commit <paramref name="writtenBy"/>.</summary>
    /// <param name="write">The write.</param>
    /// <param name="writtenBy">The commit's name for itself.</param>
    /// <param name="dead">Ids of documents that are dead but still there.</param>
    /// <param name="now">The clock that documents live by.</param>
    public static CosmosWrite Of(Write write, string writtenBy, IReadOnlySet<string> dead, DateTimeOffset now)
    {
        return write switch
        {
            Write.Create(var document) => new(write, Json(document, null), null, false),
            Write.Put(var document) => new(write, Json(document, CosmosItem.Whatever), null, false),
            Write.Replace(var document) => Conditional(write, document.ETag, Json(document, document.ETag), now),
            Write.Delete(_, { } etag) => Conditional(write, etag, [], now),
            Write.Delete(var id, _) when dead.Contains(id) => new(write, [], CosmosVersion.NoIfMatch, true),
            _ => new(write, [], null, false),
        };

        byte[] Json(Document document, string? replaced) => JsonSerializer.SerializeToUtf8Bytes(
            CosmosItems.Of(document, writtenBy, replaced, now), CosmosJson.Default.CosmosItem);
    }

    private static CosmosWrite Conditional(Write write, string etag, byte[] item, DateTimeOffset now)
    {
        var version = CosmosVersion.Parse(etag);
        return version.PurgeAt <= now
            ? new(write, item, CosmosVersion.NoIfMatch, true)
            : new(write, item, version.IfMatch, false);
    }
}
