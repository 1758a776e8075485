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
