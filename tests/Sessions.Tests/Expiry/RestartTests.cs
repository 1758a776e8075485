using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Engine;
using Sessions.Expiry;
using Sessions.Simulation;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Expiry;

/// <summary>
/// A process that is killed in the middle of a sweep, and the next one: what is done the store itself knows, since it
/// is not due any more. No place is kept beside it.
/// </summary>
[Trait("Host", "Kestrel")]
public sealed class RestartTests : IAsyncLifetime
{
    private const string Partition = "acme:twilio-proxy:KS00000000000000000000000000000001";
    private const string Kind = "twilio-proxy/session";
    private const int Sessions = 350;
    private const int Broken = 3;
    private readonly List<SessionsApp> _processes = [];
    private SessionsApp _app = null!;

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        var now = _app.Clock.Now;
        foreach (var some in Enumerable.Range(0, Sessions + Broken).Chunk(50))
        {
            Write[] writes = [.. some.Select(number => new Write.Create(Session(number, now)))];
            (await _app.Store.Commit(Partition, writes, CancellationToken.None)).OrFault();
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await _app.DisposeAsync();
    }

    [Fact]
    public async Task What_the_one_has_settled_the_next_does_not_even_look_at()
    {
        using var end = new CancellationTokenSource();
        var (first, killed) = await Process(async (store, commit) =>
        {
            if (commit == 2)
            {
                await store.HasSettled.Task;
                await end.CancelAsync();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sweep(first, end.Token));

        // What was on its way to the store when it died arrives all the same.
        await Expect.Soon(() => Task.FromResult(killed.UnderWay == 0));
        Assert.InRange(killed.Settled.Count, 1, Sessions - 1);

        var (next, again) = await Process((_, _) => Task.CompletedTask);
        next.Clock.Advance(SweepPlan.Lease);
        var settled = await Sweep(next, CancellationToken.None);

        Assert.Equal(Sessions - killed.Settled.Count, settled);
        Assert.Empty(killed.Settled.Keys.Intersect(again.Looked.Keys));
        Assert.Equal(Sessions + Broken - killed.Settled.Count, again.Looked.Count);
    }

    [Fact]
    public async Task What_cannot_be_settled_the_next_tries_once_and_then_leaves_alone_as_well()
    {
        var (first, _) = await Process((_, _) => Task.CompletedTask);
        Assert.Equal(Sessions, await Sweep(first, CancellationToken.None));

        var (next, again) = await Process((_, _) => Task.CompletedTask);
        for (var second = 0; second < 30; second++)
        {
            Assert.Equal(0, await Sweep(next, CancellationToken.None));
            next.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(Broken, next.Services.GetRequiredService<StuckDocuments>().CountOf(Partition));
        Assert.All(again.Looked.Values, times => Assert.Equal(1, times));
        Assert.Equal(Broken, again.Looked.Count);
    }

    private static Task<int> Sweep(SessionsApp process, CancellationToken cancellation) =>
        process.Services.GetRequiredService<Sweep>().Run(cancellation);

    private async Task<(SessionsApp App, SeenStore Store)> Process(Func<SeenStore, int, Task> before)
    {
        var store = new SeenStore(_app.Store, before);
        var process = await SessionsApp.Start(builder => builder.Services.AddSingleton<IDocumentStore>(store));
        _processes.Add(process);
        return (process, store);
    }

    private static Document Session(int number, DateTimeOffset now) => new()
    {
        Partition = Partition,
        Id = $"KC{number:x32}",
        Kind = Kind,
        Account = "acme",
        CreatedAt = now,
        UpdatedAt = now,
        Lifetime = new() { Status = "open", Open = true, CreatedAt = now, UpdatedAt = now, DateExpiry = now },
        DueAt = now,
        Body = number < Sessions ? """{"mode":"voice-and-message","participants":[]}"""u8.ToArray() : "[1]"u8.ToArray(),
    };

    /// <summary>Remembers what was read that was found due, and what was settled.</summary>
    private sealed class SeenStore(IDocumentStore store, Func<SeenStore, int, Task> before) : PassedOnStore(store)
    {
        private int _commits;
        private int _underWay;

        /// <summary>How many commits have not ended.</summary>
        public int UnderWay => Volatile.Read(ref _underWay);

        /// <summary>How often each was read.</summary>
        public ConcurrentDictionary<string, int> Looked { get; } = new();

        public ConcurrentDictionary<string, bool> Settled { get; } = new();

        /// <summary>Ends when some are.</summary>
        public TaskCompletionSource HasSettled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation)
        {
            Looked.AddOrUpdate(found.Id, 1, (_, times) => times + 1);
            return base.ReadFound(found, cancellation);
        }

        public override async ValueTask<CommitResult> Commit(
            string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
        {
            if (partition != Partition)
            {
                return await base.Commit(partition, writes, CancellationToken.None);
            }

            Interlocked.Increment(ref _underWay);
            try
            {
                await before(this, Interlocked.Increment(ref _commits));
                cancellation.ThrowIfCancellationRequested();
                return await Settle(writes);
            }
            finally
            {
                Interlocked.Decrement(ref _underWay);
            }
        }

        private async ValueTask<CommitResult> Settle(IReadOnlyList<Write> writes)
        {
            var result = await base.Commit(Partition, writes, CancellationToken.None);
            foreach (var write in result.Outcome is StoreOutcome.Done ? writes : [])
            {
                Settled[write.DocumentId] = true;
                HasSettled.TrySetResult();
            }

            return result;
        }
    }
}
