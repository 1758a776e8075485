namespace Sessions.Storage;

/// <summary>What surfaces do with the store again and again.</summary>
public static class StoreExtensions
{
    private const int Attempts = 12;

    /// <summary>What was read, or null when there is no such document.</summary>
    /// <exception cref="StoreFaultException">The store was throttled or unavailable.</exception>
    public static T? OrNull<T>(this ReadResult<T> result)
        where T : class =>
        result.Outcome is StoreOutcome.Done or StoreOutcome.NotFound
            ? result.Value
            : throw new StoreFaultException(result.Outcome, result.RetryAfter);

    /// <summary>The result, when it is an answer and not a fault of the store.</summary>
    /// <exception cref="StoreFaultException">The store was throttled or unavailable.</exception>
    public static CommitResult OrFault(this CommitResult result) =>
        result.Outcome is StoreOutcome.Throttled or StoreOutcome.Unavailable
            ? throw new StoreFaultException(result.Outcome, result.RetryAfter)
            : result;

    /// <summary>
    /// Reads a document, decides what to write, and writes it if nobody was faster; else does it all again.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="partition">The partition of the document and of every write.</param>
    /// <param name="id">The document to decide on.</param>
    /// <param name="decide">The rule: pure, since it may run several times. It is given null when there is no
    /// document, and may throw its refusal. No writes means nothing to do.</param>
    /// <param name="cancellation">Ends the attempts.</param>
    /// <exception cref="StoreFaultException">The store failed, or every attempt met another writer.</exception>
    public static ValueTask<Changed<T>> Change<T>(
        this IDocumentStore store,
        string partition,
        string id,
        Func<Document?, Change<T>> decide,
        CancellationToken cancellation) =>
        store.Change(partition, id, document => ValueTask.FromResult(decide(document)), cancellation);

    /// <summary>
    /// The same for two documents that change together, such as a session and the claim that it holds: all writes are
    /// one commit, and what is decided rests on both as they were read.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="partition">The partition of both documents and of every write.</param>
    /// <param name="id">The document to begin with.</param>
    /// <param name="beside">The id of the second document, by what the first one says; null for none.</param>
    /// <param name="decide">The rule: pure, since it may run several times. It is given null for an absent document,
    /// and may throw its refusal. No writes means nothing to do.</param>
    /// <param name="cancellation">Ends the attempts.</param>
    /// <exception cref="StoreFaultException">The store failed, or every attempt met another writer.</exception>
    public static ValueTask<Changed<T>> Change<T>(
        this IDocumentStore store,
        string partition,
        string id,
        Func<Document, string?> beside,
        Func<Document?, Document?, Change<T>> decide,
        CancellationToken cancellation) =>
        store.Change(partition, id, async first => decide(first, first is not null && beside(first) is { } name
            ? (await store.Read(partition, name, cancellation)).OrNull()
            : null), cancellation);

    /// <summary>The same for a rule that reads more before it decides.</summary>
    /// <exception cref="StoreFaultException">The store failed, or every attempt met another writer.</exception>
    public static ValueTask<Changed<T>> Change<T>(
        this IDocumentStore store,
        string partition,
        string id,
        Func<Document?, ValueTask<Change<T>>> decide,
        CancellationToken cancellation) =>
        store.Change(
            partition,
            async () => await decide((await store.Read(partition, id, cancellation)).OrNull()),
            cancellation);

    /// <summary>
    /// The same for a rule that reads whatever it needs by itself. Every document that it rests on must be among its
    /// writes, or be one that cannot change without one of them.
    /// </summary>
    /// <exception cref="StoreFaultException">The store failed, or every attempt met another writer.</exception>
    public static async ValueTask<Changed<T>> Change<T>(
        this IDocumentStore store,
        string partition,
        Func<ValueTask<Change<T>>> decide,
        CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var change = await decide();
            if (change.Writes.Count == 0)
            {
                return new(change.Value, new(StoreOutcome.Done, []));
            }

            var result = (await store.Commit(partition, change.Writes, cancellation)).OrFault();
            if (result.Outcome is StoreOutcome.Done or StoreOutcome.Conflict)
            {
                return new(change.Value, result);
            }
        }

        throw new StoreFaultException(StoreOutcome.PreconditionFailed);
    }
}

/// <summary>What a rule decided: the writes, and what to answer once they are made.</summary>
public sealed record Change<T>(IReadOnlyList<Write> Writes, T Value);

/// <summary>A change that was made, or met a taken id or key: <see cref="CommitResult.Outcome"/> tells.</summary>
public sealed record Changed<T>(T Value, CommitResult Commit);
