using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Storage;
using Sessions.Storage.Sqlite;
using Sessions.Tests.Support;
using SQLitePCL;

namespace Sessions.Tests.Storage;

/// <summary>Files that the SQLite store must refuse and leave alone, and a file that fails while in use.</summary>
public sealed class SqliteFailureTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sessions-");
    private readonly FakeClock _clock = new();
    private readonly string _path;

    public SqliteFailureTests() => _path = Path.Combine(_directory.FullName, "sessions.db");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(20)]
    [InlineData(20_000)]
    public async Task A_file_that_is_no_database_is_refused_and_left_alone(int size)
    {
        await File.WriteAllTextAsync(_path, string.Concat(Enumerable.Repeat("my notes, ", size / 10)));
        await AssertRefused("is not a SQLite database");
    }

    [Fact]
    public async Task The_database_of_another_application_is_refused_and_left_alone()
    {
        Sql("PRAGMA journal_mode = WAL; CREATE TABLE photos (id INTEGER); INSERT INTO photos VALUES (1)");
        await AssertRefused("the database of another application");
    }

    [Fact]
    public async Task A_database_of_a_newer_release_is_refused_and_left_alone()
    {
        await MakeStore();
        Sql("PRAGMA user_version = 4");
        await AssertRefused("has schema version 4; this release knows 3");
    }

    [Theory]
    [InlineData(0.3, "is damaged")]
    [InlineData(0.9, "is damaged")]
    public async Task A_damaged_database_is_refused_and_left_alone(double place, string reason)
    {
        await MakeStore();
        var bytes = await File.ReadAllBytesAsync(_path);
        bytes.AsSpan((int)(bytes.Length * place) & ~4095, 4096).Fill(0xA5);
        await File.WriteAllBytesAsync(_path, bytes);
        await AssertRefused(reason);
    }

    [Fact]
    public async Task A_database_that_was_cut_off_is_refused_and_left_alone()
    {
        await MakeStore();
        var bytes = await File.ReadAllBytesAsync(_path);
        await File.WriteAllBytesAsync(_path, bytes[..(bytes.Length / 2)]);
        await AssertRefused("is damaged");
    }

    [Fact]
    public async Task A_database_without_its_table_is_refused_and_left_alone()
    {
        await MakeStore();
        Sql("DROP TABLE documents");
        await AssertRefused("is damaged: no such table");
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_refused()
    {
        File.WriteAllText(_path, "");
        var below = Path.Combine(_path, "sessions.db");
        var failure = Assert.Throws<StoreStartException>(() => Open(below));
        Assert.StartsWith($"{below} cannot be opened", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Sqlite__Path", failure.Message, StringComparison.Ordinal);
        Assert.Throws<StoreStartException>(() => Open(_directory.FullName));
    }

    [Fact]
    public async Task An_empty_file_becomes_a_store()
    {
        await File.WriteAllTextAsync(_path, "");
        await MakeStore();
        Assert.Equal("SESS"u8.ToArray(), (await File.ReadAllBytesAsync(_path))[68..72]);
    }

    [Fact]
    public async Task A_write_that_another_process_holds_up_is_unavailable_and_the_next_one_is_done()
    {
        await using var store = Open(_path);
        using (HoldWriteLock())
        {
            var refused = await Create(store, "one");
            Assert.Equal(StoreOutcome.Unavailable, refused.Outcome);
        }

        Assert.Equal(StoreOutcome.Done, (await Create(store, "one")).Outcome);
    }

    [Fact]
    public async Task A_caller_who_gives_up_while_waiting_for_a_turn_is_not_written()
    {
        await using var store = Open(_path, TimeSpan.FromSeconds(30));
        using var source = new CancellationTokenSource();
        List<Task<CommitResult>> ahead;
        Task<CommitResult> late;
        using (HoldWriteLock())
        {
            ahead = [.. Enumerable.Range(0, 6).Select(number => Fill(store, number).AsTask())];
            late = Create(store, "late", source.Token).AsTask();
            await source.CancelAsync();
        }

        Assert.All(await Task.WhenAll(ahead), result => Assert.Equal(StoreOutcome.Done, result.Outcome));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late);
        Assert.Equal(StoreOutcome.NotFound, (await store.Read("p", "late", CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task Callers_beyond_the_queue_are_throttled_and_the_others_served()
    {
        await using var store = Open(_path, TimeSpan.FromSeconds(30));
        List<Task<CommitResult>> calls;
        using (HoldWriteLock())
        {
            calls = [.. Enumerable.Range(0, 18_000).Select(number => Create(store, $"n{number}").AsTask())];
        }

        var outcomes = (await Task.WhenAll(calls)).Select(result => result.Outcome).ToList();
        Assert.Contains(StoreOutcome.Throttled, outcomes);
        Assert.All(outcomes[..16_000], outcome => Assert.Equal(StoreOutcome.Done, outcome));
        Assert.All(outcomes[16_000..], outcome => Assert.True(outcome is StoreOutcome.Done or StoreOutcome.Throttled));
    }

    [Fact]
    public async Task Calls_that_fail_are_unavailable_and_later_ones_are_done_when_the_cause_is_gone()
    {
        await using var store = Open(_path);
        await Create(store, "one");
        Sql("ALTER TABLE documents RENAME TO lost");
        Assert.Equal(StoreOutcome.Unavailable, (await Create(store, "two")).Outcome);
        Assert.Equal(StoreOutcome.Unavailable, (await store.Read("p", "one", CancellationToken.None)).Outcome);
        Assert.Equal(StoreOutcome.Unavailable, (await store.List(new("p", "k", 1), CancellationToken.None)).Outcome);
        Assert.Equal(0, await store.Purge(_clock.Now, 10, CancellationToken.None));
        Sql("ALTER TABLE lost RENAME TO documents");
        Assert.Equal(StoreOutcome.Done, (await Create(store, "two")).Outcome);
        Assert.Equal(StoreOutcome.Done, (await store.Read("p", "one", CancellationToken.None)).Outcome);
    }

    private async Task AssertRefused(string reason)
    {
        var before = await File.ReadAllBytesAsync(_path);
        var failure = Assert.Throws<StoreStartException>(() => Open(_path));
        Assert.Contains(_path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.Contains("Sqlite__Path", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_path));
    }

    private async Task MakeStore()
    {
        await using var store = Open(_path);
        foreach (var number in Enumerable.Range(0, 50))
        {
            Assert.Equal(StoreOutcome.Done, (await Create(store, $"n{number}")).Outcome);
        }
    }

    private SqliteDocumentStore Open(string place, TimeSpan? busyTimeout = null) => SqliteDocumentStore.Open(
        new SqliteStoreOptions(place) { BusyTimeout = busyTimeout ?? TimeSpan.FromMilliseconds(100) },
        _clock,
        NullLogger<SqliteDocumentStore>.Instance);

    private ValueTask<CommitResult> Create(
        SqliteDocumentStore store, string id, CancellationToken cancellation = default) =>
        store.Commit("p", [new Write.Create(NewDocument(id))], cancellation);

    private ValueTask<CommitResult> Fill(SqliteDocumentStore store, int number) => store.Commit(
        "p",
        [.. Enumerable.Range(0, 100).Select(index => new Write.Create(NewDocument($"n{number}.{index}")))],
        CancellationToken.None);

    private Document NewDocument(string id) => new()
    {
        Partition = "p",
        Id = id,
        Kind = "k",
        Account = "a",
        CreatedAt = _clock.Now,
        UpdatedAt = _clock.Now,
        Body = Encoding.UTF8.GetBytes($$"""{"filling":"{{new string('x', 500)}}"}"""),
    };

    private SqliteConnection HoldWriteLock()
    {
        var connection = Connect();
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(connection.Handle, "BEGIN IMMEDIATE"));
        return connection;
    }

    private void Sql(string sql)
    {
        using var connection = Connect();
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(connection.Handle, sql));
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={_path};Pooling=False");
        connection.Open();
        return connection;
    }
}
