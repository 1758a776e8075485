using System.Buffers;
using Sessions.Storage;

namespace Sessions.Bench;

/// <summary>A store that counts how often the bodies of its documents are parsed, and how many it is given.</summary>
internal sealed class CountedJson(IDocumentStore store) : IDocumentStore
{
    private int _reads;
    private int _writes;

    public DateTimeOffset? CarriedOverAt => store.CarriedOverAt;

    /// <summary>How many times a stored body was read: once each time that it is parsed.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>How many bodies were written.</summary>
    public int Writes => Volatile.Read(ref _writes);

    public async ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation) =>
        One(await store.Read(partition, id, cancellation));

    public async ValueTask<ReadResult<Document>> ReadByKey(
        string partition, string key, CancellationToken cancellation) =>
        One(await store.ReadByKey(partition, key, cancellation));

    public async ValueTask<ReadResult<IReadOnlyList<Document>>> List(
        ListQuery query, CancellationToken cancellation) => Many(await store.List(query, cancellation));

    public async ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
        AcrossQuery query, CancellationToken cancellation) => Many(await store.ListAcross(query, cancellation));

    public ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation) =>
        store.Count(query, cancellation);

    public ValueTask<ReadResult<IReadOnlyList<DocumentName>>> ListNames(
        ListQuery query, CancellationToken cancellation) => store.ListNames(query, cancellation);

    public ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(
        DueQuery query, CancellationToken cancellation) => store.ReadDue(query, cancellation);

    public async ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation) =>
        One(await store.ReadFound(found, cancellation));

    public ValueTask GiveWay(IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        store.GiveWay(writes, cancellation);

    public ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        Interlocked.Add(ref _writes, writes.Count(write => write is not Write.Delete));
        return store.Commit(partition, writes, cancellation);
    }

    public bool SpansPartitions => store.SpansPartitions;

    public ValueTask<CommitResult> Commit(Batch first, Batch second, CancellationToken cancellation)
    {
        Interlocked.Add(
            ref _writes, first.Writes.Concat(second.Writes).Count(write => write is not Write.Delete));
        return store.Commit(first, second, cancellation);
    }

    public ValueTask<ReadResult<Moves>> ReadMoves(string? since, CancellationToken cancellation) =>
        store.ReadMoves(since, cancellation);

    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        store.Purge(now, limit, cancellation);

    private ReadResult<Document> One(ReadResult<Document> result) =>
        result.Value is { } document ? result with { Value = Watched(document) } : result;

    private ReadResult<IReadOnlyList<Document>> Many(ReadResult<IReadOnlyList<Document>> result) =>
        result.Value is { } documents ? result with { Value = [.. documents.Select(Watched)] } : result;

    private Document Watched(Document document) => document with
    {
        Body = new Body(document.Body.ToArray(), () => Interlocked.Increment(ref _reads)).Memory,
    };

    private sealed class Body(byte[] bytes, Action seen) : MemoryManager<byte>
    {
        public override Memory<byte> Memory => CreateMemory(bytes.Length);

        public override Span<byte> GetSpan()
        {
            seen();
            return bytes;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
        }
    }
}
