using Sessions.Storage;

namespace Sessions.Bench;

/// <summary>A store that counts the calls made to it.</summary>
internal sealed class CountedStore(IDocumentStore store) : IDocumentStore
{
    private int _calls;

    /// <summary>How many calls were made so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation) =>
        Counted().Read(partition, id, cancellation);

    public ValueTask<ReadResult<Document>> ReadByKey(string partition, string key, CancellationToken cancellation) =>
        Counted().ReadByKey(partition, key, cancellation);

    public ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation) =>
        Counted().List(query, cancellation);

    public ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
        AcrossQuery query, CancellationToken cancellation) =>
        Counted().ListAcross(query, cancellation);

    public ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation) =>
        Counted().Count(query, cancellation);

    public ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        Counted().Commit(partition, writes, cancellation);

    public ValueTask<ReadResult<IReadOnlyList<Document>>> ReadDue(
        IReadOnlyCollection<string> kinds, DateTimeOffset now, int limit, CancellationToken cancellation) =>
        Counted().ReadDue(kinds, now, limit, cancellation);

    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        Counted().Purge(now, limit, cancellation);

    private IDocumentStore Counted()
    {
        Interlocked.Increment(ref _calls);
        return store;
    }
}
