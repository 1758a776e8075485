using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.ObjectPool;
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

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-plan-");
    private SqliteDocumentStore _store = null!;

    public Task InitializeAsync()
    {
        _store = SqliteDocumentStore.Open(
            new(Path.Combine(_folder.FullName, "sessions.db")),
            new FakeClock(),
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
            await _store.ListNames(new("p", "k", limit) { Index = "open" }, CancellationToken.None);
            await _store.ReadDue(new(["k"], default, limit), CancellationToken.None);
        }

        var ran = Statements().Where(statement => Status(statement, raw.SQLITE_STMTSTATUS_VM_STEP) > 0).ToList();
        Assert.Equal(3, ran.Count);
        Assert.All(ran, statement => Assert.Equal(0, Status(statement, PlannedAgain)));
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
