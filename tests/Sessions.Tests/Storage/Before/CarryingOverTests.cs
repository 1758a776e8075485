using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Sessions.Storage.Sqlite;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Before;

/// <summary>A file of version 1 becomes one of version 2, whatever happens on the way.</summary>
public sealed class CarryingOverTests : IDisposable
{
    private const int More = 9_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-carrying-");
    private readonly string _path;

    public CarryingOverTests()
    {
        _path = Path.Combine(_folder.FullName, "sessions.db");
        VersionOneFile.CopyTo(_path, More);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task All_of_it_is_there_afterwards_as_it_was()
    {
        var before = All("status");
        await Open(_path);

        Assert.Equal(before, All("coalesce(list_by, status, '')"));
    }

    [Fact]
    public async Task How_far_it_has_come_is_shown_at_the_start_and_only_at_the_first()
    {
        List<string> shown = [];
        await Open(_path, shown.Add);
        List<string> again = [];
        await Open(_path, again.Add);

        Assert.Equal("The database is carried over to version 2: 0 %", shown[0]);
        Assert.Equal(
            [
                "The database is carried over to version 2: 100 %", "The database is of version 2 now",
                "The database is carried over to version 3: 100 %", "The database is of version 3 now",
            ],
            shown[^4..]);
        Assert.InRange(shown.Count, 7, 14);
        Assert.Empty(again);
    }

    [Fact]
    public async Task One_that_was_killed_goes_on_where_it_was()
    {
        // What is on the disk at these moments is what a kill would leave.
        var before = All("status");
        List<string> copies = [];
        await Open(_path, _ => copies.Add(CopyAsItIs($"{copies.Count}.db")));

        Assert.InRange(copies.Count, 7, 14);
        foreach (var copy in copies)
        {
            var rest = 0;
            Assert.InRange((long)VersionOneFile.Rows(copy, "PRAGMA user_version").Single()["user_version"]!, 2, 3);
            await Open(copy, _ => rest++);
            Assert.Equal(before, All("coalesce(list_by, status, '')", copy));
            Assert.True(copy == copies[0] || rest < copies.Count, $"{rest} of {copies.Count} for {copy}");
        }
    }

    [Fact]
    public async Task Two_who_open_it_at_once_carry_it_over_together()
    {
        var before = All("status");
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Open(_path))));

        Assert.Equal(before, All("coalesce(list_by, status, '')"));
        Assert.Equal("ok", VersionOneFile.Rows(_path, "PRAGMA integrity_check").Single()["integrity_check"]);
    }

    [Fact]
    public async Task One_who_opens_it_while_another_holds_it_waits()
    {
        Task opening;
        await using (var connection = new SqliteConnection($"Data Source={_path};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            opening = Task.Run(() => Open(_path, busyTimeout: TimeSpan.FromMilliseconds(1)));
            await Task.WhenAny(opening, Task.Delay(TimeSpan.FromMilliseconds(300)));
            Assert.False(opening.IsCompleted);
        }

        await opening;
    }

    [Fact]
    public async Task A_program_of_before_that_still_runs_can_write_nothing_into_it()
    {
        await Open(_path);

        var failure = Assert.Throws<SqliteException>(() => VersionOneFile.Run(
            _path, "UPDATE OR IGNORE documents SET status = 'x', open = 1 WHERE id = 'n1'"));

        Assert.Contains("no such column: open", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_a_row_is_carried_over_too()
    {
        VersionOneFile.Run(_path, "DELETE FROM documents");
        await Open(_path);

        Assert.Empty(VersionOneFile.Rows(_path, "SELECT id FROM documents"));
    }

    [Fact]
    public async Task When_it_was_carried_over_is_known_ever_after()
    {
        await Open(_path);
        await using var again = Store(_path, _ => { });
        await using var made = Store(Path.Combine(_folder.FullName, "made.db"), _ => { });

        Assert.Equal(new FakeClock().Now, again.CarriedOverAt);
        Assert.Equal(DateTimeOffset.MinValue, made.CarriedOverAt);
    }

    [Fact]
    public async Task Keys_of_before_count_for_a_day_after_it()
    {
        await using var app = await BeforeApp.Start(_path);
        var questions = Questions.Load(VersionOneFile.Path("version-1.jsonl"));
        var repeat = questions.Items.First(question => question is { Method: "POST", Path: "/v1/Services" });
        app.Clock.Now = questions.At;
        var onTheDay = await repeat.Ask(app);
        app.Clock.Now = new FakeClock().Now + TimeSpan.FromDays(1);
        var later = await repeat.Ask(app);

        Assert.Equal($"{repeat.Answer!["sid"]}", $"{onTheDay.Answer!["sid"]}");
        Assert.Equal(400, later.Status);
    }

    [Fact]
    public async Task It_is_read_as_what_it_is()
    {
        await using var store = Store(_path, _ => { });
        var claim = (await store.Read("acme:more", "n5", CancellationToken.None)).Value!;
        var byIndex = await store.List(
            new("acme:more", "twilio-proxy/claim", 1000) { Index = "hash5" }, CancellationToken.None);

        Assert.Equal(("acme", "hash5", "key5", "version5"), (claim.Account, claim.Index, claim.Key, claim.ETag));
        Assert.Null(claim.Lifetime);
        Assert.Equal((1005, 2005), (claim.CreatedAt.UtcTicks, claim.UpdatedAt.UtcTicks));
        Assert.Equal("""{"number":5}"""u8, claim.Body.Span);
        Assert.Equal(1000, byIndex.Value!.Count);
    }

    private string CopyAsItIs(string name)
    {
        var copy = Path.Combine(_folder.FullName, name);
        foreach (var suffix in (string[])["", "-wal"])
        {
            using var from = new FileStream(
                _path + suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var to = File.Create(copy + suffix);
            from.CopyTo(to);
        }

        return copy;
    }

    private List<string> All(string status, string? path = null) =>
    [
        .. VersionOneFile.Rows(path ?? _path, $"""
            SELECT partition || ' ' || id || ' ' || kind || ' ' || coalesce(key, '') || ' ' || {status} || ' '
                || created_at || ' ' || updated_at || ' ' || coalesce(due_at, '') || ' ' || coalesce(purge_at, '')
                || ' ' || coalesce(request_hash, '') || ' ' || etag || ' ' || hex(body) AS text
            FROM documents ORDER BY partition, id
            """).Select(row => (string)row["text"]!),
    ];

    private static async Task Open(string path, Action<string>? shown = null, TimeSpan? busyTimeout = null)
    {
        await using var store = Store(path, shown ?? (_ => { }), busyTimeout);
    }

    private static SqliteDocumentStore Store(string path, Action<string> shown, TimeSpan? busyTimeout = null) =>
        SqliteDocumentStore.Open(
            new(path) { BusyTimeout = busyTimeout ?? TimeSpan.FromSeconds(5) }, new FakeClock(), new Shown(shown));

    private sealed class Shown(Action<string> show) : ILogger<SqliteDocumentStore>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            // A warning, such as that others may read the file, is no matter of how far it has come.
            if (logLevel is LogLevel.Information)
            {
                show(formatter(state, exception));
            }
        }
    }
}
