using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.ObjectPool;
using Sessions.Storage;
using Sessions.Storage.Sqlite;
using Sessions.Tests.Support;
using SQLitePCL;

namespace Sessions.Tests.Storage;

/// <summary>The lengths of long lists, which are kept once somebody has asked.</summary>
public sealed class SqliteLengthTests : IAsyncLifetime
{
    private const int Many = 300;

    // Counted in two pieces.
    private const int VeryMany = 6000;

    private static readonly CountQuery _all = new("p", "k");

    private readonly FakeClock _clock = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-lengths-");
    private SqliteDocumentStore _store = null!;

    public Task InitializeAsync()
    {
        _store = Open();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_length_that_is_kept_follows_whatever_becomes_of_the_documents()
    {
        await Make(0, Many);
        await Keep(_all, _all with { Index = "odd" });

        await Make(Many, 2 * Many);
        await Commit(new Write.Delete("d-00001"));
        await Commit(new Write.Put(Of(2) with { Index = "odd" }), new Write.Put(Of(4) with { Index = null }));
        await Commit(new Write.Put(Of(6) with { Kind = "other" }), new Write.Put(Of(3 * Many)));
        await Commit(new Write.Put(Of(8) with { PurgeAt = _clock.Now.AddHours(1) }));

        Assert.Equal(((2 * Many) - 1, Many), (await Count(_all), await Count(_all with { Index = "odd" })));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(((2 * Many) - 2, Many), (await Count(_all), await Count(_all with { Index = "odd" })));
        await _store.Purge(_clock.Now, 100, CancellationToken.None);
        Assert.Equal(((2 * Many) - 2, Many), (await Count(_all), await Count(_all with { Index = "odd" })));
    }

    [Fact]
    public async Task It_leaves_out_what_is_due_where_that_is_asked_for()
    {
        await Make(0, Many);
        await Keep(_all with { Index = "odd" });
        await Commit([.. Enumerable.Range(1, 2).Select(n => new Write.Put(Of(n) with { DueAt = _clock.Now }))]);
        var withoutDue = _all with { WithDue = false };

        Assert.Equal(Many - 2, await Count(withoutDue));
        await Keep(_all);
        Assert.Equal(Many - 2, await Count(withoutDue));
        Assert.Equal((Many / 2) - 1, await Count(withoutDue with { Index = "odd" }));
    }

    [Fact]
    public async Task A_list_is_counted_in_pieces_while_others_write_to_it_and_not_again_by_the_next_process()
    {
        await Make(0, VeryMany);
        var kept = Keep(_all);
        await Make(VeryMany, VeryMany + 100);
        await kept;

        Assert.Equal(VeryMany + 100, await Count(_all));
        await _store.DisposeAsync();
        _store = Open();
        Assert.Equal(VeryMany + 100, await Count(_all));
        Assert.InRange(StepsOfCounts(), 1, 100);
    }

    [Fact]
    public async Task A_count_costs_the_same_of_few_and_of_many()
    {
        await Make(0, Many);
        await Keep(_all);
        var few = await StepsOf(() => Count(_all));

        await Make(Many, 10 * Many);

        Assert.Equal(few, await StepsOf(() => Count(_all)));
    }

    [Fact]
    public async Task A_list_that_comes_to_nothing_and_grows_again_is_counted_anew()
    {
        await Make(0, Many);
        await Keep(_all);
        for (var n = 0; n < Many; n++)
        {
            await Commit(new Write.Delete(Of(n).Id));
        }

        Assert.Equal(0, await Count(_all));
        await Make(0, Many + 1);
        Assert.Equal(Many + 1, await Count(_all));
    }

    private SqliteDocumentStore Open() => SqliteDocumentStore.Open(
        new(Path.Combine(_folder.FullName, "sessions.db")), _clock, NullLogger<SqliteDocumentStore>.Instance);

    private Document Of(int number) => new()
    {
        Partition = "p", Id = $"d-{number:D5}", Kind = "k", Account = "a", Index = number % 2 == 0 ? "even" : "odd",
        CreatedAt = _clock.Now, UpdatedAt = _clock.Now, Body = "{}"u8.ToArray(),
    };

    private async Task Make(int from, int to)
    {
        foreach (var some in Enumerable.Range(from, to - from).Chunk(CommitRules.MaxWrites))
        {
            await Commit([.. some.Select(number => new Write.Create(Of(number)))]);
        }
    }

    private async Task Commit(params Write[] writes) =>
        Assert.Equal(StoreOutcome.Done, (await _store.Commit("p", writes, CancellationToken.None)).Outcome);

    private async Task<long> Count(CountQuery query) =>
        (await _store.Count(query, CancellationToken.None)).Value!.Value;

    // Somebody asks, and it has been seen to.
    private async Task Keep(params CountQuery[] queries)
    {
        foreach (var query in queries)
        {
            await Count(query);
            await (Task)Field(_store, "_lengths").GetType().GetMethod("Keep")!
                .Invoke(Field(_store, "_lengths"), [query])!;
        }
    }

    private async Task<long> StepsOf(Func<Task> work)
    {
        await work();
        var before = StepsOfCounts();
        await work();
        return StepsOfCounts() - before;
    }

    // Of all that one reader has run.
    private long StepsOfCounts()
    {
        var readers = (ObjectPool<object>?)null;
        var pool = Field(_store, "_readers");
        var reader = pool.GetType().GetMethod(nameof(readers.Get))!.Invoke(pool, null)!;
        pool.GetType().GetMethod(nameof(readers.Return))!.Invoke(pool, [reader]);
        return ((List<sqlite3_stmt>)Field(Field(reader, "_database"), "_statements"))
            .Sum(statement => (long)raw.sqlite3_stmt_status(statement, raw.SQLITE_STMTSTATUS_VM_STEP, 0));
    }

    private static object Field(object of, string name) =>
        of.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(of)!;
}
