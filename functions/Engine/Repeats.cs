using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>Finds what a repeated request came to when it was first sent.</summary>
internal sealed class Repeats(IDocumentStore store, OnceRecords records, TimeProvider time)
{
    // What carries a request hash was made before there were records; a key counts for a day, from the upgrade at most.
    // A store that does not know when that was may have been written to until this process began.
    private static readonly TimeSpan _hashesCount = TimeSpan.FromHours(24);

    private readonly DateTimeOffset _started = time.GetUtcNow();

    /// <summary>The first answer; null when this is no repeat.</summary>
    /// <param name="command">A request with an idempotency key.</param>
    /// <param name="shows">The kind of what it answers with.</param>
    /// <param name="partition">Where that lies.</param>
    /// <exception cref="KeyReusedException">The key was used for another request.</exception>
    public async ValueTask<Outcome<T>?> Find<T>(Command command, Kind<T> shows, string partition)
        where T : class
    {
        var read = await store.Read(partition, command.Once!.Id, command.Cancellation);
        if (records.Open(read.OrNull(), command.Now) is not { } record)
        {
            return null;
        }

        if (record.Body.Hash != command.Once.Hash)
        {
            throw new KeyReusedException();
        }

        if (OnceRecords.AnswerOf(record, shows) is { } answer)
        {
            return new(answer);
        }

        var made = record.Body.Removed
            ? default
            : await store.Read(partition, record.Body.Id, command.Cancellation);
        return new(shows.Open(made.OrNull(), command.Now));
    }

    /// <summary>The same of what was made before there were records.</summary>
    /// <param name="command">The request.</param>
    /// <param name="shows">The kind of what it answers with.</param>
    /// <param name="find">Finds the document that it made; null where none is looked for.</param>
    /// <param name="now">The moment of the answer.</param>
    /// <exception cref="KeyReusedException">The key was used for another request.</exception>
    public async ValueTask<Outcome<T>?> FindMadeBefore<T>(
        Command command, Kind<T> shows, Func<ValueTask<Document?>>? find, DateTimeOffset now)
        where T : class
    {
        if (command.Once is not { } once || find is null
            || time.GetUtcNow() >= (store.CarriedOverAt ?? _started) + _hashesCount
            || await find() is not { RequestHash: { } hash } made)
        {
            return null;
        }

        return hash == once.HashOfBefore ? new(shows.Open(made, now)) : throw new KeyReusedException();
    }
}

/// <summary>What came of a change; nothing to show when what it was about is gone.</summary>
internal sealed record Outcome<T>(State<T>? Shown)
    where T : class
{
    /// <summary>Whether nothing came of it but knowledge, with which the rule may decide otherwise.</summary>
    public bool IsLesson { get; init; }
}

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
internal sealed class OnceRecords() : Kind<OnceRecord>("idempotency/record", () => EngineJson.Default.OnceRecord)
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
        var record = new OnceRecord(once.Hash, shown.Kind.Name, shown.Id, removed, kept);
        return New(shown.Account, partition, once.Id, record, now) with
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
