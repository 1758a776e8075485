using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.ObjectPool;
using Sessions.Storage;
using Sessions.Storage.Sqlite;
using Sessions.Tests.Support;
using SQLitePCL;

namespace Sessions.Tests.Storage;

/// <summary>How SQLite runs what the store asks of it, which no answer tells.</summary>
public sealed class SqlitePlanTests : IAsyncLifetime
{
    // SQLITE_STMTSTATUS_REPREPARE, which has no name in SQLitePCL.
    // https://www.sqlite.org/c3ref/c_stmtstatus_counter.html
    private const int PlannedAgain = 5;

    // A page and what the log says of it. https://www.sqlite.org/fileformat.html#the_write_ahead_log
    private const int FrameBytes = 2048 + 24;

    private readonly FakeClock _clock = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-plan-");
    private SqliteDocumentStore _store = null!;

    public Task InitializeAsync()
    {
        _store = SqliteDocumentStore.Open(
            new(Path.Combine(_folder.FullName, "sessions.db")),
            _clock,
            NullLogger<SqliteDocumentStore>.Instance);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    // A bound LIMIT had it planned anew at each run, which took nine times as long as to run it.
    [Fact]
    public async Task A_list_is_planned_once_however_often_it_is_asked_for()
    {
        for (var limit = 1; limit <= 20; limit++)
        {
            await _store.List(new("p", "k", limit), CancellationToken.None);
            await _store.ListNames(new("p", "k", limit) { Index = "open", Skip = limit }, CancellationToken.None);
            await _store.ReadDue(new(["k"], default, limit), CancellationToken.None);
        }

        var ran = Statements().Where(statement => Status(statement, raw.SQLITE_STMTSTATUS_VM_STEP) > 0).ToList();
        Assert.Equal(3, ran.Count);
        Assert.All(ran, statement => Assert.Equal(0, Status(statement, PlannedAgain)));
    }

    // An index that a statement sets a column of is written whether that changes or not: all of them, at each update.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_update_writes_the_trees_that_it_changes_and_no_other(bool knowsBefore)
    {
        var stored = await Stored(new Document
        {
            Partition = "p", Id = "one", Kind = "k", Key = "name", Account = "a", Index = "open", Terms = "some terms",
            CreatedAt = _clock.Now, UpdatedAt = _clock.Now, DueAt = _clock.Now.AddHours(1), Body = "{}"u8.ToArray(),
        });

        Assert.Equal(1, await PagesOf(stored with { Body = """{"other": true}"""u8.ToArray() }));
        Assert.Equal(2, await PagesOf(stored with { DueAt = _clock.Now.AddHours(2) }));
        Assert.Equal(2, await PagesOf(stored with { Terms = "other terms" }));
        Assert.InRange(await PagesOf(stored with { Terms = "third terms", Key = "another" }), 3, 9);

        async Task<long> PagesOf(Document changed)
        {
            var before = LogBytes;
            stored = await Stored(changed with { ETag = stored.ETag }, knowsBefore ? stored : null);
            return (LogBytes - before) / FrameBytes;
        }
    }

    private long LogBytes => new FileInfo(Path.Combine(_folder.FullName, "sessions.db-wal")).Length;

    private async Task<Document> Stored(Document document, Document? before = null)
    {
        Write write = document.ETag.Length > 0
            ? new Write.Replace(document) { Before = before }
            : new Write.Create(document);
        var result = await _store.Commit(document.Partition, [write], CancellationToken.None);
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        return document with { ETag = result.ETags[0] };
    }

    private List<sqlite3_stmt> Statements()
    {
        var readers = Field(_store, "_readers");
        var reader = readers.GetType().GetMethod(nameof(ObjectPool<object>.Get))!.Invoke(readers, null)!;
        return (List<sqlite3_stmt>)Field(Field(reader, "_database"), "_statements");
    }

    private static int Status(sqlite3_stmt statement, int what) => raw.sqlite3_stmt_status(statement, what, 0);

    private static object Field(object of, string name) =>
        of.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(of)!;
}
