namespace Sessions.Storage.Cosmos;

/// <summary>How documents become items.</summary>
internal static class CosmosItems
{
    /// <summary>
    /// By how much an item outlives its document: what decides is the document's own moment and our clock, and a
    /// server whose clock is ahead of it must not remove what still lives.
    /// </summary>
    private static readonly TimeSpan _margin = TimeSpan.FromMinutes(1);

    /// <summary>The item that this commit writes for the document.</summary>
    public static CosmosItem Of(Document document, string writtenBy, string? replaced, DateTimeOffset now)
    {
        var lifetime = document.Lifetime;
        return new()
        {
            Id = document.Id,
            Partition = document.Partition,
            Kind = document.Kind,
            Key = CosmosKey.Of(document),
            Account = document.Account,
            Status = lifetime?.Status ?? document.Index ?? "",
            Index = document.Index,
            Open = lifetime?.Open,
            CreatedAt = document.CreatedAt,
            UpdatedAt = document.UpdatedAt,
            StartedAt = lifetime?.StartedAt,
            EndedAt = lifetime?.EndedAt,
            LastActivityAt = lifetime?.LastActivityAt,
            TtlSeconds = lifetime?.TtlSeconds,
            DateExpiry = lifetime?.DateExpiry,
            ClosedReason = lifetime?.ClosedReason,
            DueAt = document.DueAt,
            PurgeAt = document.PurgeAt ?? DateTimeOffset.MaxValue,
            RequestHash = document.RequestHash,
            WrittenBy = writtenBy,
            Replaced = replaced,
            Ttl = TimeToLive(document.PurgeAt, now),
            Body = document.Body,
        };
    }

    private static int? TimeToLive(DateTimeOffset? purgeAt, DateTimeOffset now)
    {
        if (purgeAt is not { } end)
        {
            return null;
        }

        var seconds = Math.Ceiling(((end > now ? end - now : TimeSpan.Zero) + _margin).TotalSeconds);
        return seconds < int.MaxValue ? (int)seconds : null;
    }
}
