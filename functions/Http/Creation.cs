using Sessions.Storage;

namespace Sessions.Http;

/// <summary>Creates that a client may safely repeat.</summary>
public static class Creation
{
    /// <summary>
    /// Makes the writes, the first of which creates <paramref name="document"/>. A repeat under the same idempotency
    /// key finds what the first one made.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="document">What is created; its <see cref="Document.RequestHash"/> tells repeats apart.</param>
    /// <param name="beside">Further writes of the same commit.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="RefusedException">The key was used for another request.</exception>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public static async ValueTask<Created> Create(
        this IDocumentStore store, Document document, IReadOnlyList<Write> beside, CancellationToken cancellation)
    {
        Write[] writes = [new Write.Create(document), .. beside];
        var result = (await store.Commit(document.Partition, writes, cancellation)).OrFault();
        if (result.Outcome == StoreOutcome.Done)
        {
            return new(document with { ETag = result.ETags[0] }, result, Replayed: false);
        }

        return document.RequestHash is null
            ? new(null, result, Replayed: false)
            : await Replay(store, document, result, cancellation);
    }

    /// <summary>The refusal of an idempotency key that was used for another request.</summary>
    public static RefusedException Mismatch() => RefusedException.For(
        RefusalKind.IdempotencyMismatch, "This idempotency key was used for another request. Send a new one.");

    private static async ValueTask<Created> Replay(
        IDocumentStore store, Document document, CommitResult result, CancellationToken cancellation)
    {
        var first = (await store.Read(document.Partition, document.Id, cancellation)).OrNull();
        return first is null || first.RequestHash == document.RequestHash
            ? new(first, result, Replayed: first is not null)
            : throw Mismatch();
    }
}

/// <summary>What came of a create.</summary>
/// <param name="Document">What is stored now: new, or the first one's when replayed. Null when it was not made.</param>
/// <param name="Commit">How the commit ended; when not made, which write failed and why.</param>
/// <param name="Replayed">Whether an earlier request had made it.</param>
public sealed record Created(Document? Document, CommitResult Commit, bool Replayed);
