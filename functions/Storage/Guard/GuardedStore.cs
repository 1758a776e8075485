using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sessions.Lifecycle;

namespace Sessions.Storage;

/// <summary>Keeps an ill store from being asked again and again, and callers from waiting for it.</summary>
/// <param name="store">The store.</param>
/// <param name="reads">What stands before its reads.</param>
/// <param name="writes">What stands before its commits: a full disk can still be read.</param>
/// <param name="last">When something was written last.</param>
internal sealed class GuardedStore(IDocumentStore store, StoreGuard reads, StoreGuard writes, LastCommit last)
    : IDocumentStore, IAsyncDisposable
{
    private static readonly CommitResult _noCommit = new(
        StoreOutcome.Unavailable, [], RetryAfter: StoreGuard.RetryAfter);

    /// <summary>Whether calls are let through as they come.</summary>
    public bool IsWell => reads.IsClosed && writes.IsClosed;

    /// <summary>The store itself, for whoever must know how it is.</summary>
    public IDocumentStore Unguarded => store;

    /// <summary>Whether a commit was made within so much time.</summary>
    public bool HasCommittedWithin(TimeSpan span) => last.WasWithin(span);

    public DateTimeOffset? CarriedOverAt => store.CarriedOverAt;

    public int HeldBack => store.HeldBack;

    // What stands before the store stands before all that is asked of it.
    public IDocumentStore For(StoreWork work) => new GuardedStore(store.For(work), reads, writes, last);

    public ValueTask<ReadResult<IReadOnlyList<string>>> ReadShards(CancellationToken cancellation) =>
        Read(store.ReadShards, cancellation);

    public ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation) =>
        Read(stop => store.Read(partition, id, stop), cancellation);

    public ValueTask<ReadResult<IReadOnlyList<Document>>> Read(
        string partition, IReadOnlyList<string> ids, CancellationToken cancellation) =>
        Read(stop => store.Read(partition, ids, stop), cancellation);

    public ValueTask<ReadResult<Document>> ReadByKey(string partition, string key, CancellationToken cancellation) =>
        Read(stop => store.ReadByKey(partition, key, stop), cancellation);

    public ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation) =>
        Read(stop => store.List(query, stop), cancellation);

    public ValueTask<ReadResult<IReadOnlyList<DocumentName>>> ListNames(
        ListQuery query, CancellationToken cancellation) =>
        Read(stop => store.ListNames(query, stop), cancellation);

    public ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
        AcrossQuery query, CancellationToken cancellation) =>
        Read(stop => store.ListAcross(query, stop), cancellation);

    public ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation) =>
        Read(stop => store.Count(query, stop), cancellation);

    public ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(
        DueQuery query, CancellationToken cancellation) =>
        Read(stop => store.ReadDue(query, stop), cancellation);

    public ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation) =>
        found.Whole is null
            ? Read(stop => store.ReadFound(found, stop), cancellation)
            : store.ReadFound(found, cancellation);

    public ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writing, CancellationToken cancellation) =>
        Commit(stop => store.Commit(partition, writing, stop), cancellation);

    public bool SpansPartitions => store.SpansPartitions;

    public ValueTask<CommitResult> Commit(Batch first, Batch second, CancellationToken cancellation) =>
        Commit(stop => store.Commit(first, second, stop), cancellation);

    private async ValueTask<CommitResult> Commit(
        Func<CancellationToken, ValueTask<CommitResult>> commit, CancellationToken cancellation)
    {
        var result = await writes.Call(commit, static result => result.Outcome, _noCommit, cancellation);
        if (result.Outcome is not (StoreOutcome.Unavailable or StoreOutcome.Throttled or StoreOutcome.Full))
        {
            last.IsNow();
        }

        return result;
    }

    // Past the guard: nobody's request waits for it, and should it alone fail, the others are to be let through.
    public ValueTask<ReadResult<Moves>> ReadMoves(string? since, CancellationToken cancellation) =>
        store.ReadMoves(since, cancellation);

    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        store.Purge(now, limit, cancellation);

    public ValueTask GiveWay(IReadOnlyList<Write> writing, CancellationToken cancellation) =>
        store.GiveWay(writing, cancellation);

    public async ValueTask DisposeAsync()
    {
        reads.Dispose();
        writes.Dispose();
        if (store is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }

    private ValueTask<ReadResult<T>> Read<T>(
        Func<CancellationToken, ValueTask<ReadResult<T>>> read, CancellationToken cancellation)
        where T : class =>
        reads.Call(
            read,
            static result => result.Outcome,
            new(StoreOutcome.Unavailable, null, StoreGuard.RetryAfter),
            cancellation);
}

/// <summary>When the store has taken a commit last.</summary>
internal sealed class LastCommit(TimeProvider time)
{
    private long _at = long.MinValue;

    /// <summary>It has taken one now.</summary>
    public void IsNow() => Volatile.Write(ref _at, time.GetTimestamp());

    /// <summary>Whether that was within so much time.</summary>
    public bool WasWithin(TimeSpan span) =>
        Volatile.Read(ref _at) is var at && at != long.MinValue && time.GetElapsedTime(at) < span;
}

/// <summary>Puts the guard in front of the store.</summary>
internal static class StoreGuarding
{
    /// <summary>Guards the store that has been added, whichever it is.</summary>
    public static IServiceCollection AddStoreGuard(this IServiceCollection services)
    {
        var store = services.Last(service => service.ServiceType == typeof(IDocumentStore));
        services.Remove(store);
        return services
            .AddSingleton(provider =>
            {
                var log = provider.GetRequiredService<ILogger<StoreGuard>>();
                var real = provider.GetRequiredService<RealTime>();
                var guarded = (IDocumentStore)store.ImplementationFactory!(provider);
                StoreGuard? reads = null;
                StoreGuard? commits = null;
                reads = new("reads", real, log, () => guarded.HeldBack, () => commits is { IsIll: true });
                commits = new("commits", real, log, () => guarded.HeldBack, () => reads.IsIll);
                return new GuardedStore(
                    guarded,
                    reads,
                    commits,
                    new(provider.GetRequiredService<TimeProvider>()));
            })
            .AddSingleton<IDocumentStore>(provider => provider.GetRequiredService<GuardedStore>())
            .AddSingleton(provider => new StoreHealth(
                provider.GetRequiredService<GuardedStore>(), provider.GetRequiredService<TimeProvider>()));
    }
}
