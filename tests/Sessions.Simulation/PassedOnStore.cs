using Sessions.Storage;

namespace Sessions.Simulation;

/// <summary>A store that hands on all that is asked of it, but for what a double does otherwise.</summary>
internal abstract class PassedOnStore(IDocumentStore store) : IDocumentStore
{
    public DateTimeOffset? CarriedOverAt => store.CarriedOverAt;

    public ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation) =>
        store.Read(partition, id, cancellation);

    public ValueTask<ReadResult<Document>> ReadByKey(
        string partition, string key, CancellationToken cancellation) =>
        store.ReadByKey(partition, key, cancellation);

    public virtual ValueTask<ReadResult<IReadOnlyList<Document>>> List(
        ListQuery query, CancellationToken cancellation) => store.List(query, cancellation);

    public ValueTask<ReadResult<IReadOnlyList<DocumentName>>> ListNames(
        ListQuery query, CancellationToken cancellation) => store.ListNames(query, cancellation);

    public ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
        AcrossQuery query, CancellationToken cancellation) => store.ListAcross(query, cancellation);

    public ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation) =>
        store.Count(query, cancellation);

    public virtual ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        store.Commit(partition, writes, cancellation);

    public virtual ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(
        DueQuery query, CancellationToken cancellation) => store.ReadDue(query, cancellation);

    public virtual ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation) =>
        store.ReadFound(found, cancellation);

    public ValueTask<ReadResult<Moves>> ReadMoves(string? since, CancellationToken cancellation) =>
        store.ReadMoves(since, cancellation);

    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        store.Purge(now, limit, cancellation);

    public ValueTask GiveWay(IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        store.GiveWay(writes, cancellation);
}
