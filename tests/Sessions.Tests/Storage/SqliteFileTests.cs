using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Storage;
using Sessions.Storage.Sqlite;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage;

/// <summary>What becomes of the file beside what is in it.</summary>
public sealed class SqliteFileTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-file-");
    private readonly DateTimeOffset _now = new FakeClock().Now;
    private string _path = "";
    private SqliteDocumentStore _store = null!;

    public Task InitializeAsync()
    {
        _path = Path.Combine(_folder.FullName, "sessions.db");
        _store = Open(_path);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("moved")]
    [InlineData("replaced")]
    public async Task A_file_that_goes_from_under_a_process_is_noticed_by_reads_and_writes(string how)
    {
        Assert.Equal(StoreOutcome.Done, await Commit());
        switch (how)
        {
            case "removed":
                File.Delete(_path);
                break;
            case "moved":
                File.Move(_path, _path + ".away");
                break;
            default:
                File.Copy(_path, _path + ".copy");
                File.Move(_path + ".copy", _path, overwrite: true);
                break;
        }

        await Task.Delay(50);

        Assert.Equal(StoreOutcome.Unavailable, await Commit());
        Assert.Equal(StoreOutcome.Unavailable, (await _store.Read("p", "one", CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task A_new_file_has_small_pages_and_one_of_before_keeps_its_own()
    {
        await Commit();
        Assert.Equal("2048", Ask("PRAGMA page_size"));
        await _store.DisposeAsync();
        Ask("PRAGMA journal_mode = DELETE; PRAGMA page_size = 4096; VACUUM");

        _store = Open(_path);

        Assert.Equal(StoreOutcome.Done, (await _store.Read("p", "one", CancellationToken.None)).Outcome);
        Assert.Equal(StoreOutcome.Done, await Commit());
        Assert.Equal("4096", Ask("PRAGMA page_size"));
    }

    [Fact]
    public async Task Only_its_owner_may_read_the_file()
    {
        await Commit();
        foreach (var file in _folder.GetFiles())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
        }
    }

    [Fact]
    public void Who_comes_second_knows_that_another_uses_the_file()
    {
        var options = new SqliteStoreOptions(_path);
        using var first = new SqliteUsers(options);
        using var second = new SqliteUsers(options);
        second.Dispose();
        first.Dispose();
        using var third = new SqliteUsers(options);

        Assert.Equal([false, true, false], [first.HasOthers, second.HasOthers, third.HasOthers]);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(5, true)]
    public async Task Who_opens_what_was_written_after_now_is_told(int hours, bool isTold)
    {
        await Commit();
        using var log = new LogSink();
        using var logging = LoggerFactory.Create(builder => builder.AddProvider(log));
        var late = new FakeClock();
        late.Put(-TimeSpan.FromHours(hours));
        await using var second = SqliteDocumentStore.Open(
            new(_path), late, logging.CreateLogger<SqliteDocumentStore>());

        Assert.Equal(
            isTold, log.All.Any(line => line.Contains("was written 05:00:00 after now", StringComparison.Ordinal)));
    }

    private async Task<StoreOutcome> Commit() => (await _store.Commit(
        "p",
        [
            new Write.Put(new Document
            {
                Partition = "p",
                Id = "one",
                Kind = "test/file",
                Account = "",
                CreatedAt = _now,
                UpdatedAt = _now,
                Body = "{}"u8.ToArray(),
            }),
        ],
        CancellationToken.None)).Outcome;

    [SuppressMessage("Security", "CA2100", Justification = "The questions are the ones here.")]
    private string? Ask(string question)
    {
        using var connection = new SqliteConnection($"Data Source={_path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = question;
        return command.ExecuteScalar()?.ToString();
    }

    private static SqliteDocumentStore Open(string path) =>
        SqliteDocumentStore.Open(new(path), new FakeClock(), NullLogger<SqliteDocumentStore>.Instance);
}
