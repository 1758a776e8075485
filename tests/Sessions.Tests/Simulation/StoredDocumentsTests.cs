using Sessions.Simulation;
using Sessions.Storage;
using Sessions.Tests.Storage;

namespace Sessions.Tests.Simulation;

/// <summary>The simulated database is held to what every store must do.</summary>
public sealed class StoredDocumentsTests : DocumentStoreContract
{
    protected override Task<IDocumentStore> CreateStore(TimeProvider clock) =>
        Task.FromResult<IDocumentStore>(new AtOnce(clock));

    /// <summary>Its answers without the way there and back.</summary>
    private sealed class AtOnce(TimeProvider clock) : IDocumentStore
    {
        private readonly Lock _gate = new();
        private readonly StoredDocuments _documents = new();

        public DateTimeOffset? CarriedOverAt => DateTimeOffset.MinValue;

        public ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation) =>
            Ask(() => _documents.Now.Find(partition, id, clock.GetUtcNow()), cancellation);

        public ValueTask<ReadResult<Document>> ReadByKey(
            string partition, string key, CancellationToken cancellation) =>
            Ask(() => _documents.Now.FindByKey(partition, key, clock.GetUtcNow()), cancellation);

        public ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation) =>
            Ask(() => _documents.Now.List(query, clock.GetUtcNow()), cancellation);

        public ValueTask<ReadResult<IReadOnlyList<DocumentName>>> ListNames(
            ListQuery query, CancellationToken cancellation) =>
            Ask(() => _documents.Now.ListNames(query, clock.GetUtcNow()), cancellation);

        public ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
            AcrossQuery query, CancellationToken cancellation) =>
            Ask(() => _documents.Now.ListAcross(query, clock.GetUtcNow()), cancellation);

        public ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation) =>
            Ask(() => _documents.Now.Number(query, clock.GetUtcNow()), cancellation);

        public ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(
            DueQuery query, CancellationToken cancellation) =>
            Ask(() => _documents.Now.Due(query, clock.GetUtcNow()), cancellation);

        public ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation) =>
            Read(found.Partition, found.Id, cancellation);

        public ValueTask<CommitResult> Commit(
            string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            lock (_gate)
            {
                return ValueTask.FromResult(_documents.Commit(partition, writes, clock.GetUtcNow()));
            }
        }

        public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation)
        {
            lock (_gate)
            {
                return ValueTask.FromResult(_documents.Purge(now, limit));
            }
        }

        public ValueTask<ReadResult<Moves>> ReadMoves(string? since, CancellationToken cancellation) =>
            Ask(() => _documents.MovesSince(since, _documents.Version), cancellation);

        public ValueTask GiveWay(IReadOnlyList<Write> writes, CancellationToken cancellation) => default;

        private ValueTask<ReadResult<T>> Ask<T>(Func<T?> read, CancellationToken cancellation)
            where T : class
        {
            cancellation.ThrowIfCancellationRequested();
            lock (_gate)
            {
                var found = read();
                return ValueTask.FromResult(new ReadResult<T>(
                    found is null ? StoreOutcome.NotFound : StoreOutcome.Done, found));
            }
        }
    }
}
