using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Lifecycle;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// A document as an item of the container. Moments are texts of one width, so that they order as they are; the body is
/// nested as it is. Cosmos DB keeps values and not their spelling: <c>1.0</c> comes back as <c>1</c>.
/// </summary>
internal sealed record CosmosItem : ILaidOut
{
    /// <summary>What an item replaced that was written without regard to what was there.</summary>
    public const string Whatever = "*";

    public required string Id { get; init; }

    public required string Partition { get; init; }

    public required string Kind { get; init; }

    public required string Key { get; init; }

    /// <summary>The account. What was written in the first shape has none, which tells the two shapes apart.</summary>
    public string? Account { get; init; }

    /// <summary>
    /// The status of what lives, and what all else is listed by. Both have the same name, so that the lists of an
    /// earlier program's items and of ours are one; <see cref="CommitRules"/> sees that they never differ.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>What it is listed by, when it is listed by something.</summary>
    public string? Index { get; init; }

    /// <summary>Null for what has no life of its own; in the first shape it is true for that.</summary>
    public bool? Open { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset? LastActivityAt { get; init; }

    public int? TtlSeconds { get; init; }

    public DateTimeOffset? DateExpiry { get; init; }

    public string? ClosedReason { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    /// <summary>
    /// Always there, so that a query can ask for it; <see cref="DateTimeOffset.MaxValue"/> is never. An item has no
    /// time to live of its own: what has one is gone before its id and its key can be known to be free, so it is
    /// removed by a write.
    /// </summary>
    public required DateTimeOffset PurgeAt { get; init; }

    public string? RequestHash { get; init; }

    /// <summary>See <see cref="Document.Terms"/>.</summary>
    public IReadOnlyList<string>? Terms { get; init; }

    /// <summary>See <see cref="Document.Trail"/>.</summary>
    public string? Trail { get; init; }

    /// <summary>Which commit wrote it: what tells our own write from another's when an answer was lost.</summary>
    public required string WrittenBy { get; init; }

    /// <summary>
    /// The version that it replaced, or <see cref="Whatever"/> for a put; null when it was created.
    /// </summary>
    public string? Replaced { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    [JsonPropertyName("_etag")]
    public string? ETag { get; init; }

    // What is written goes out in this shape; what is only read stays in the first one as long as nobody changes it.
    private bool IsOfVersionOne => Account is null;

    private bool Lives => IsOfVersionOne ? VersionOne.Living.Contains(Kind) : Open is not null;

    public bool IsDeadAt(DateTimeOffset now) => PurgeAt <= now;

    public Document ToDocument() => new()
    {
        Partition = Partition,
        Id = Id,
        Kind = Kind,
        Key = CosmosKey.ToDocument(Key),
        Account = Account ?? VersionOne.AccountOf(Partition),
        Index = IsOfVersionOne ? VersionOne.IndexOf(Kind, Status) : Index,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
        Lifetime = !Lives ? null : new Lifetime
        {
            Status = Status,
            Open = Open!.Value,
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
        Terms = Terms is null ? null : string.Join(' ', Terms),
        Trail = Trail,
        Body = Body,
        ETag = CosmosVersion.Of(ETag!, PurgeAt).Text,
    };
}

/// <summary>An item by its name, as queries give it that look for many.</summary>
internal sealed record CosmosName : ILaidOut
{
    public required string Id { get; init; }

    public required string Partition { get; init; }

    public required string Kind { get; init; }

    public string? Account { get; init; }

    public required string Status { get; init; }

    public string? Index { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public required DateTimeOffset PurgeAt { get; init; }

    [JsonPropertyName("_etag")]
    public required string ETag { get; init; }

    private string Version => CosmosVersion.Of(ETag, PurgeAt).Text;

    public Move ToMove() => new(Partition, Id, Kind, Version)
    {
        Index = Account is null ? VersionOne.IndexOf(Kind, Status) : Index, DueAt = DueAt,
    };

    public DueDocument ToDue() => new(Partition, Id, Kind, DueAt!.Value, Version)
    {
        Index = Account is null ? VersionOne.IndexOf(Kind, Status) : Index,
    };
}

/// <summary>An item of a list by its place in it and its version.</summary>
internal sealed record CosmosListed
{
    public required string Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset PurgeAt { get; init; }

    [JsonPropertyName("_etag")]
    public required string ETag { get; init; }

    public DocumentName ToName() => new(Id, CreatedAt, CosmosVersion.Of(ETag, PurgeAt).Text);
}

/// <summary>When the service wrote an item, by its own clock.</summary>
/// <param name="Seconds">In Unix seconds, the begun one not counted.</param>
internal sealed record CosmosStamp([property: JsonPropertyName("_ts")] long Seconds)
{
    /// <summary>Where the item is that is written to learn it.</summary>
    public const string Partition = "clock";

    /// <summary>That item: no time is in it, since whoever writes it may have a wrong one.</summary>
    public static byte[] Item { get; } = JsonSerializer.SerializeToUtf8Bytes(
        CosmosItems.Of(
            new()
            {
                Partition = Partition,
                Id = "now",
                Kind = "clock/now",
                Account = "",
                CreatedAt = DateTimeOffset.UnixEpoch,
                UpdatedAt = DateTimeOffset.UnixEpoch,
                Body = "{}"u8.ToArray(),
            },
            writtenBy: "",
            CosmosItem.Whatever),
        CosmosJson.Default.CosmosItem);
}

/// <summary>How documents become items.</summary>
internal static class CosmosItems
{
    /// <summary>The item that this commit writes for the document.</summary>
    public static CosmosItem Of(Document document, string writtenBy, string? replaced)
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
            Terms = document.Terms?.Split(' '),
            Trail = document.Trail,
            WrittenBy = writtenBy,
            Replaced = replaced,
            Body = document.Body,
        };
    }
}

/// <summary>
/// The item's key. Each item needs one of its own, since Cosmos DB holds all items without one to have the same. The
/// first word keeps both sorts apart, whatever keys the surfaces choose.
/// </summary>
internal static class CosmosKey
{
    private const string Natural = "key:";
    private const string ById = "id:";

    public static string Of(Document document) => document.Key is { } key ? Of(key) : ById + document.Id;

    public static string Of(string key) => Natural + key;

    public static string? ToDocument(string key) =>
        key.StartsWith(Natural, StringComparison.Ordinal) ? key[Natural.Length..] : null;
}
