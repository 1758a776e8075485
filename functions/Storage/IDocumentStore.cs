namespace Sessions.Storage;

/// <summary>
/// The whole of what Sessions asks of a database. Every implementation passes the same contract tests.
/// Documents whose <see cref="Document.PurgeAt"/> has come count as absent, removed or not: they are not read,
/// not listed, and a new document may take their id and key.
/// </summary>
public interface IDocumentStore
{
    /// <summary>Reads one document by its id.</summary>
    ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation);

    /// <summary>Reads one document by its <see cref="Document.Key"/>.</summary>
    ValueTask<ReadResult<Document>> ReadByKey(string partition, string key, CancellationToken cancellation);

    /// <summary>Reads one page of a list; page N costs what page 1 costs.</summary>
    ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation);

    /// <summary>
    /// Makes all writes or none, and answers when they are durable. At most 100 writes, all documents in
    /// <paramref name="partition"/>, no document twice.
    /// </summary>
    ValueTask<CommitResult> Commit(string partition, IReadOnlyList<Write> writes, CancellationToken cancellation);

    /// <summary>
    /// Reads documents of these kinds, of all partitions, whose <see cref="Document.DueAt"/> is not after
    /// <paramref name="now"/>; of each kind the longest due first.
    /// </summary>
    ValueTask<ReadResult<IReadOnlyList<Document>>> ReadDue(
        IReadOnlyCollection<string> kinds, DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>
    /// Removes up to <paramref name="limit"/> documents whose <see cref="Document.PurgeAt"/> is not after
    /// <paramref name="now"/>, and tells how many. A store that does so by itself answers 0.
    /// </summary>
    ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation);
}
