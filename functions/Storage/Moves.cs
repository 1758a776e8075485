using System.Text.Json.Serialization;

namespace Sessions.Storage;

/// <summary>What was written since a place, by whichever process.</summary>
/// <param name="Place">Where to read on, in the store's own words.</param>
/// <param name="Documents">
/// What was written, each in a version that was its newest then; null when that cannot be told any more, so that
/// anything may have been.
/// </param>
public sealed record Moves(string Place, IReadOnlyList<Move>? Documents)
{
    /// <summary>Whether there is more to read at once.</summary>
    public bool HasMore { get; init; }

    /// <summary>How much later than it was told a read may still not show it; zero where every read does.</summary>
    public TimeSpan Lag { get; init; }

    /// <summary>Whether a document is told of in any case.</summary>
    public static bool Tell(Document document) => document.IsWatched || document.Kind == AcrossQuery.EventKind;
}

/// <summary>A document that was written, by its name.</summary>
/// <param name="Partition">Where it is.</param>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it is.</param>
/// <param name="ETag">The version.</param>
public sealed record Move(string Partition, string Id, string Kind, string ETag)
{
    /// <summary>Its <see cref="Document.Index"/>.</summary>
    public string? Index { get; init; }

    /// <summary>Its <see cref="Document.DueAt"/>.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>A document in the version that a store gave it.</summary>
    public static Move Of(Document document, string etag) =>
        new(document.Partition, document.Id, document.Kind, etag)
        {
            Index = document.Index, DueAt = document.DueAt,
        };
}

/// <summary>How a store may keep moves.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<Move>))]
[JsonSerializable(typeof(IReadOnlyList<Move>))]
internal sealed partial class MovesJson : JsonSerializerContext;
