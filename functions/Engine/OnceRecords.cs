using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Lifecycle;

namespace Sessions.Engine;

/// <summary>What a request with an idempotency key came to.</summary>
/// <param name="Hash">What tells the request from another one under the same key.</param>
/// <param name="Kind">The kind of what it answered with.</param>
/// <param name="Id">The id of that, in the record's partition.</param>
/// <param name="Removed">Whether it removed it.</param>
/// <param name="State">It, as the request left it; null where that holds a secret.</param>
internal sealed record OnceRecord(string Hash, string Kind, string Id, bool Removed, OnceState? State);

/// <summary>A state as a request left it.</summary>
internal sealed record OnceState(DateTimeOffset CreatedAt, Lifetime? Lifetime, JsonElement Body);

/// <summary>
/// Idempotency records: written in the commit that they remember, in its partition, and kept whatever becomes of what
/// it
/// made. So a repeat finds its first answer after an update, a removal or an expiry, and never makes a second thing.
/// </summary>
internal sealed class OnceRecords() : Kind<OnceRecord>("idempotency/record", EngineJson.Default.OnceRecord)
{
    /// <summary>The record of a decision.</summary>
    public State<OnceRecord> Of<T>(Once once, string partition, Decision<T> decision, DateTimeOffset now)
        where T : class
    {
        var shown = decision.Shown;
        var removed = decision.Removed.Contains(shown);
        var kept = removed || shown.Kind.KeepsSecrets
            ? null
            : new OnceState(shown.CreatedAt, shown.Life, JsonElement.Parse(
                shown.Kind.BodyOf(shown.Kind.WithoutSecrets(shown.Body)).Span));
        return New(shown.Account, partition, once.Id, new(once.Hash, shown.Kind.Name, shown.Id, removed, kept), now) with
        {
            PurgeAt = now + once.Kept,
        };
    }

    /// <summary>The first answer, as it was given; null where the record may not hold it.</summary>
    public static State<T>? AnswerOf<T>(State<OnceRecord> record, Kind<T> kind)
        where T : class =>
        record.Body.State is { } state && record.Body.Kind == kind.Name
            ? kind.Restored(record, state)
            : null;
}

/// <summary>What the engine stores of its own.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OnceRecord))]
internal sealed partial class EngineJson : JsonSerializerContext;
