using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Storage;
using Sessions.Storage.Sqlite;
using Sessions.Tests.Support;
using SQLitePCL;

namespace Sessions.Tests.Storage;

/// <summary>What becomes of SQLite's log: it is folded into the file beside the writers.</summary>
public sealed class SqliteLogTests : IAsyncLifetime
{
    private const int LogBytes = 400_000;
    private const int BodyBytes = 20_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-log-");
    private string _path = "";
    private SqliteDocumentStore _store = null!;

    public Task InitializeAsync()
    {
        _path = Path.Combine(_folder.FullName, "sessions.db");
        _store = Open();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    // Before 3.51.3, a checkpoint beside a writer could in rare cases lose what was written.
    // https://www.sqlite.org/wal.html#walresetbug
    [Fact]
    public void SQLite_is_one_that_may_checkpoint_beside_a_writer() =>
        Assert.True(new Version(raw.sqlite3_libversion().utf8_to_string()) >= new Version(3, 51, 3));

    [Fact]
    public async Task The_log_stays_short_while_many_write_and_others_read()
    {
        using var over = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReadUntil(over.Token))).ToList();

        // Twenty times as much as the log may be.
        await Parallel.ForAsync(0, 400, async (number, _) => await Put($"n{number % 50}"));

        await over.CancelAsync();
        await Task.WhenAll(readers);
        Assert.InRange(LogLength, LogBytes / 8, 8 * LogBytes);
    }

    [Fact]
    public async Task Who_reads_for_long_holds_up_no_commit_and_the_log_is_short_again_when_he_has_ended()
    {
        await Put("seen");
        using (var reader = Snapshot())
        {
            for (var number = 0; number < 200; number++)
            {
                await Put($"n{number}");
            }

            Assert.Equal("1", Number(reader));
            Assert.True(LogLength > 8 * LogBytes);
        }

        for (var times = 0; LogLength > 2 * LogBytes; times++)
        {
            Assert.True(times < 2000, "The log stays long.");
            await Put("after");
        }
    }

    [Fact]
    public async Task A_store_that_ends_in_the_midst_of_it_leaves_a_whole_file_and_no_log()
    {
        await Parallel.ForAsync(0, 100, async (number, _) => await Put($"n{number}"));
        await _store.DisposeAsync();

        Assert.Equal(["sessions.db"], _folder.GetFiles().Select(file => file.Name));
        using (var file = Connect())
        {
            Assert.Equal("ok", Ask(file, "PRAGMA integrity_check"));
            Assert.Equal("100", Number(file));
        }

        _store = Open();
    }

    [Fact]
    public async Task Two_stores_on_one_file_both_fold_the_log_and_lose_nothing()
    {
        await using var second = Open();
        IDocumentStore[] stores = [_store, second];

        await Parallel.ForAsync(0, 200, async (number, _) => await Put($"n{number}", stores[number % 2]));

        Assert.InRange(LogLength, LogBytes / 8, 8 * LogBytes);
        using var file = Connect();
        Assert.Equal("ok", Ask(file, "PRAGMA integrity_check"));
        Assert.Equal("200", Number(file));
    }

    private long LogLength => new FileInfo(_path + "-wal").Length;

    private async Task ReadUntil(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await _store.List(new("p", "k", 10), CancellationToken.None);
        }
    }

    private async Task Put(string id, IDocumentStore? store = null)
    {
        var document = new Document
        {
            Partition = "p",
            Id = id,
            Kind = "k",
            Account = "a",
            CreatedAt = default,
            UpdatedAt = default,
            Body = new byte[BodyBytes],
        };
        var result = await (store ?? _store).Commit("p", [new Write.Put(document)], CancellationToken.None);
        Assert.Equal(StoreOutcome.Done, result.Outcome);
    }

    private SqliteDocumentStore Open() => SqliteDocumentStore.Open(
        new(_path) { LogBytes = LogBytes }, new FakeClock(), NullLogger<SqliteDocumentStore>.Instance);

    private SqliteConnection Snapshot()
    {
        var connection = Connect();
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(connection.Handle, "BEGIN"));
        Assert.Equal("1", Number(connection));
        return connection;
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={_path};Pooling=False");
        connection.Open();
        return connection;
    }

    private static string Number(SqliteConnection connection) => Ask(connection, "SELECT count(*) FROM documents");

    private static string Ask(SqliteConnection connection, string sql)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(connection.Handle, sql, out var statement));
        using (statement)
        {
            Assert.Equal(raw.SQLITE_ROW, raw.sqlite3_step(statement));
            return raw.sqlite3_column_text(statement, 0).utf8_to_string();
        }
    }
}
