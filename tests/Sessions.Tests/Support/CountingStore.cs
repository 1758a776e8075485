using System.Runtime.CompilerServices;
using Sessions.Storage;

namespace Sessions.Tests.Support;

/// <summary>A real store that counts the calls made to it, which is what they cost in the cloud.</summary>
/// <param name="store">The store.</param>
/// <param name="clock">The clock that stands still while the store is at work; null for none.</param>
public sealed class CountingStore(IDocumentStore store, FakeClock? clock = null) : IDocumentStore
{
    private readonly AsyncLocal<StrongBox<int>?> _own = new();
    private CountingStore? _whole;
    private int _calls;
    private int _commits;
    private int _looks;

    public DateTimeOffset? CarriedOverAt => store.CarriedOverAt;

    public int HeldBack => store.HeldBack;

    /// <summary>What is done for a piece of work counts as well.</summary>
    public IDocumentStore For(StoreWork work) => new CountingStore(store.For(work), clock) { _whole = Whole };

    public ValueTask<ReadResult<IReadOnlyList<string>>> ReadShards(CancellationToken cancellation) =>
        store.ReadShards(cancellation);

    /// <summary>How many calls were made so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>How often it was asked what was written; that is no call of anybody's.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>How many commits have written something so far.</summary>
    public int Commits => Volatile.Read(ref _commits);

    /// <summary>
    /// Counts apart, from now on, the commits of what its caller awaits: not those that go on behind an answer of
    /// before.
    /// </summary>
    public StrongBox<int> CountOwnCommits() => _own.Value = new();

    /// <summary>Whether commits fail, as when the process dies before them.</summary>
    public bool Down { get; set; }

    /// <summary>Whether it does not say what was written.</summary>
    public bool TellsNothing { get; set; }

    /// <summary>How many calls the work makes.</summary>
    public async Task<int> CallsOf(Func<Task> work)
    {
        var before = Calls;
        await work();
        return Calls - before;
    }

    public ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation) =>
        Ask(asked => asked.Read(partition, id, cancellation));

    public ValueTask<ReadResult<IReadOnlyList<Document>>> Read(
        string partition, IReadOnlyList<string> ids, CancellationToken cancellation) =>
        Ask(asked => asked.Read(partition, ids, cancellation));

    public ValueTask<ReadResult<Document>> ReadByKey(string partition, string key, CancellationToken cancellation) =>
        Ask(asked => asked.ReadByKey(partition, key, cancellation));

    public ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation) =>
        Ask(asked => asked.List(query, cancellation));

    public ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
        AcrossQuery query, CancellationToken cancellation) =>
        Ask(asked => asked.ListAcross(query, cancellation));

    public ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation) =>
        Ask(asked => asked.Count(query, cancellation));

    public ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        Commit(asked => asked.Commit(partition, writes, cancellation), writes.Count);

    public bool SpansPartitions => store.SpansPartitions;

    public ValueTask<CommitResult> Commit(Batch first, Batch second, CancellationToken cancellation) =>
        Commit(asked => asked.Commit(first, second, cancellation), first.Writes.Count + second.Writes.Count);

    public ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(
        DueQuery query, CancellationToken cancellation) => Ask(asked => asked.ReadDue(query, cancellation));

    public ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation) =>
        found.Whole is null
            ? Ask(asked => asked.ReadFound(found, cancellation))
            : store.ReadFound(found, cancellation);

    public ValueTask<ReadResult<Moves>> ReadMoves(string? since, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _looks);
        return TellsNothing
            ? ValueTask.FromResult<ReadResult<Moves>>(new(StoreOutcome.Unavailable, null))
            : Seen(since, cancellation);
    }

    public ValueTask GiveWay(IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        store.GiveWay(writes, cancellation);

    public ValueTask<ReadResult<IReadOnlyList<DocumentName>>> ListNames(
        ListQuery query, CancellationToken cancellation) => Ask(asked => asked.ListNames(query, cancellation));

    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        Ask(asked => asked.Purge(now, limit, cancellation));

    private async ValueTask<ReadResult<Moves>> Seen(string? since, CancellationToken cancellation)
    {
        using var held = clock?.Hold();
        return await store.ReadMoves(since, cancellation);
    }

    private async ValueTask<CommitResult> Commit(Func<IDocumentStore, ValueTask<CommitResult>> commit, int writes)
    {
        if (Whole.Down)
        {
            return new(StoreOutcome.Unavailable, []);
        }

        var result = await Ask(commit);
        if (result.Outcome is StoreOutcome.Done && writes > 0)
        {
            Interlocked.Increment(ref Whole._commits);
            if (Whole._own.Value is { } own)
            {
                Interlocked.Increment(ref own.Value);
            }
        }

        return result;
    }

    private CountingStore Whole => _whole ?? this;

    private async ValueTask<T> Ask<T>(Func<IDocumentStore, ValueTask<T>> ask)
    {
        Interlocked.Increment(ref Whole._calls);
        using var held = clock?.Hold();
        return await ask(store);
    }
}
