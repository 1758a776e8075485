using Sessions.Storage;

namespace Sessions.Tests.Support;

/// <summary>A store that is down when it is told so: it refuses, or does not answer at all.</summary>
internal sealed class IllStore(IDocumentStore store) : IDocumentStore
{
    private int _calls;
    private int _answered;

    /// <summary>How it is ill; null when it is well.</summary>
    public Func<CancellationToken, Task>? Illness { get; set; }

    /// <summary>What each answer takes its time over, whether anybody still waits for it or not, as a disk's.</summary>
    public Func<Task>? Slowness { get; set; }

    /// <summary>Whether only commits are ill.</summary>
    public bool OnlyCommits { get; set; }

    /// <summary>How many calls have come.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>How many reads were answered in the end.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>It refuses at once.</summary>
    public static Task Refuses(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>It does not answer.</summary>
    public static Task Hangs(CancellationToken cancellation) => Task.Delay(TimeSpan.FromSeconds(5), cancellation);

    public DateTimeOffset? CarriedOverAt => store.CarriedOverAt;

    public ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation) =>
        Ask(stop => store.Read(partition, id, stop), new(StoreOutcome.Unavailable, null), cancellation);

    public ValueTask<ReadResult<Document>> ReadByKey(string partition, string key, CancellationToken cancellation) =>
        Ask(stop => store.ReadByKey(partition, key, stop), new(StoreOutcome.Unavailable, null), cancellation);

    public ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation) =>
        Ask(stop => store.List(query, stop), new(StoreOutcome.Unavailable, null), cancellation);

    public ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
        AcrossQuery query, CancellationToken cancellation) =>
        Ask(stop => store.ListAcross(query, stop), new(StoreOutcome.Unavailable, null), cancellation);

    public ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation) =>
        Ask(stop => store.Count(query, stop), new(StoreOutcome.Unavailable, null), cancellation);

    public ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(
        DueQuery query, CancellationToken cancellation) =>
        Ask(stop => store.ReadDue(query, stop), new(StoreOutcome.Unavailable, null), cancellation);

    public ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation) =>
        Ask(stop => store.ReadFound(found, stop), new(StoreOutcome.Unavailable, null), cancellation);

    public ValueTask<ReadResult<IReadOnlyList<DocumentName>>> ListNames(
        ListQuery query, CancellationToken cancellation) =>
        Ask(stop => store.ListNames(query, stop), new(StoreOutcome.Unavailable, null), cancellation);

    public ValueTask<ReadResult<Moves>> ReadMoves(string? since, CancellationToken cancellation) =>
        Ask(stop => store.ReadMoves(since, stop), new(StoreOutcome.Unavailable, null), cancellation);

    public ValueTask GiveWay(IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        store.GiveWay(writes, cancellation);

    public async ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _calls);
        if (Slowness is { } slowness)
        {
            await slowness();
        }

        if (Illness is null)
        {
            return await store.Commit(partition, writes, cancellation);
        }

        await Illness(cancellation);
        return new(StoreOutcome.Unavailable, []);
    }

    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        store.Purge(now, limit, cancellation);

    private async ValueTask<ReadResult<T>> Ask<T>(
        Func<CancellationToken, ValueTask<ReadResult<T>>> read, ReadResult<T> ill, CancellationToken cancellation)
        where T : class
    {
        Interlocked.Increment(ref _calls);
        if (Slowness is { } slowness)
        {
            await slowness();
        }

        if (Illness is null || OnlyCommits)
        {
            var answer = await read(Slowness is null ? cancellation : CancellationToken.None);
            Interlocked.Increment(ref _answered);
            return answer;
        }

        await Illness(cancellation);
        return ill;
    }
}
