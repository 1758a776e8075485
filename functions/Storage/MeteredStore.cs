namespace Sessions.Storage;

/// <summary>Tells the metrics of each call to the store behind it. While nobody listens it costs nothing.</summary>
/// <param name="store">The store.</param>
/// <param name="metrics">What is told.</param>
/// <param name="ends">Whether the store ends with this one, because nobody else has it.</param>
internal sealed class MeteredStore(IDocumentStore store, StoreMetrics metrics, bool ends)
    : IDocumentStore, IAsyncDisposable
{
    public DateTimeOffset? CarriedOverAt => store.CarriedOverAt;

    public ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation) =>
        Read(metrics.Start(), "read", store.Read(partition, id, cancellation));

    public ValueTask<ReadResult<Document>> ReadByKey(string partition, string key, CancellationToken cancellation) =>
        Read(metrics.Start(), "read_by_key", store.ReadByKey(partition, key, cancellation));

    public ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation) =>
        Read(metrics.Start(), "list", store.List(query, cancellation));

    public ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
        AcrossQuery query, CancellationToken cancellation) =>
        Read(metrics.Start(), "list_across", store.ListAcross(query, cancellation));

    public ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation) =>
        Read(metrics.Start(), "count", store.Count(query, cancellation));

    public ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        var start = metrics.Start();
        var work = store.Commit(partition, writes, cancellation);
        return start is { } then ? metrics.Measure(then, "commit", work, static result => result.Outcome) : work;
    }

    public ValueTask<ReadResult<IReadOnlyList<Document>>> ReadDue(
        IReadOnlyCollection<string> kinds, DateTimeOffset now, int limit, CancellationToken cancellation) =>
        Read(metrics.Start(), "read_due", store.ReadDue(kinds, now, limit, cancellation));

    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        var start = metrics.Start();
        var work = store.Purge(now, limit, cancellation);
        return start is { } then ? metrics.Measure(then, "purge", work, static _ => StoreOutcome.Done) : work;
    }

    public ValueTask DisposeAsync() =>
        ends && store is IAsyncDisposable disposable ? disposable.DisposeAsync() : ValueTask.CompletedTask;

    // The start is taken before the call: a store may do all its work before it gives back its task.
    private ValueTask<ReadResult<T>> Read<T>(long? start, string call, ValueTask<ReadResult<T>> work)
        where T : class =>
        start is { } then ? metrics.Measure(then, call, work, static result => result.Outcome) : work;
}
