using System.Text.Json.Serialization;
using Sessions.Lifecycle;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// A document as an item of the container. Moments are texts of one width, so that they order as they are; the body is
/// nested as it is. Cosmos DB keeps values and not their spelling: <c>1.0</c> comes back as <c>1</c>.
/// </summary>
internal sealed record CosmosItem
{
    /// <summary>What an item replaced that was written without regard to what was there.</summary>
    public const string Whatever = "*";

    public required string Id { get; init; }

    public required string Partition { get; init; }

    public required string Kind { get; init; }

    public required string Key { get; init; }

    public required string Status { get; init; }

    public required bool Open { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset? LastActivityAt { get; init; }

    public int? TtlSeconds { get; init; }

    public DateTimeOffset? DateExpiry { get; init; }

    public string? ClosedReason { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Always there, so that a query can ask for it; <see cref="DateTimeOffset.MaxValue"/> is never.</summary>
    public required DateTimeOffset PurgeAt { get; init; }

    public string? RequestHash { get; init; }

    /// <summary>Which commit wrote it: what tells our own write from another's when an answer was lost.</summary>
    public required string WrittenBy { get; init; }

    /// <summary>
    /// The version that it replaced, or <see cref="Whatever"/> for a put; null when it was created.
    /// </summary>
    public string? Replaced { get; init; }

    /// <summary>Seconds after its last write when Cosmos DB removes it; null for never.</summary>
    public int? Ttl { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    [JsonPropertyName("_etag")]
    public string? ETag { get; init; }

    public bool IsDeadAt(DateTimeOffset now) => PurgeAt <= now;

    public Document ToDocument() => new()
    {
        Partition = Partition,
        Id = Id,
        Kind = Kind,
        Key = CosmosKey.ToDocument(Key),
        Lifetime = new Lifetime
        {
            Status = Status,
            Open = Open,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
            StartedAt = StartedAt,
            EndedAt = EndedAt,
            LastActivityAt = LastActivityAt,
            TtlSeconds = TtlSeconds,
            DateExpiry = DateExpiry,
            ClosedReason = ClosedReason,
        },
        DueAt = DueAt,
        PurgeAt = PurgeAt == DateTimeOffset.MaxValue ? null : PurgeAt,
        RequestHash = RequestHash,
        Body = Body,
        ETag = CosmosVersion.Of(ETag!, PurgeAt).Text,
    };
}
