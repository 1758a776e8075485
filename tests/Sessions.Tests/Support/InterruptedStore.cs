using Sessions.Storage;

namespace Sessions.Tests.Support;

/// <summary>A store in which something else happens between a request's reads and its commit.</summary>
internal sealed class InterruptedStore(IDocumentStore store) : IDocumentStore
{
    private Func<Task>? _beforeNextCommit;

    public DateTimeOffset? CarriedOverAt => store.CarriedOverAt;

    /// <summary>What happens before the next commit, once.</summary>
    public Func<Task>? BeforeNextCommit
    {
        set => _beforeNextCommit = value;
    }

    public ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation) =>
        store.Read(partition, id, cancellation);

    public ValueTask<ReadResult<Document>> ReadByKey(string partition, string key, CancellationToken cancellation) =>
        store.ReadByKey(partition, key, cancellation);

    public ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation) =>
        store.List(query, cancellation);

    public ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
        AcrossQuery query, CancellationToken cancellation) => store.ListAcross(query, cancellation);

    public ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation) =>
        store.Count(query, cancellation);

    public async ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _beforeNextCommit, null) is { } interrupt)
        {
            await interrupt();
        }

        return await store.Commit(partition, writes, cancellation);
    }

    public ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(
        DueQuery query, CancellationToken cancellation) => store.ReadDue(query, cancellation);

    public ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation) =>
        store.ReadFound(found, cancellation);

    public ValueTask GiveWay(IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        store.GiveWay(writes, cancellation);

    public ValueTask<ReadResult<IReadOnlyList<DocumentName>>> ListNames(
        ListQuery query, CancellationToken cancellation) => store.ListNames(query, cancellation);

    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        store.Purge(now, limit, cancellation);
}
