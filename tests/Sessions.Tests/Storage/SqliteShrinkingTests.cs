using System.Buffers.Binary;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Storage;
using Sessions.Storage.Sqlite;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage;

/// <summary>What becomes of the file when much of what was in it is gone.</summary>
public sealed class SqliteShrinkingTests : IAsyncLifetime
{
    private const int PageBytes = 2048;

    // Those that are given back, and the trees and tables that lead to them.
    private const int MostPagesOfAStep = 25 * 6;

    private readonly FakeClock _clock = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-shrinking-");
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
    public async Task After_a_purge_of_much_the_file_becomes_smaller_in_small_steps_and_loses_nothing()
    {
        var kept = await Fill();
        await Restart();
        var before = File.Length;
        _clock.Advance(TimeSpan.FromHours(1));

        await _store.Purge(_clock.Now, 1000, CancellationToken.None);

        Assert.InRange(PagesOfEachCommit().Max(), 1, MostPagesOfAStep);
        await Restart();
        File.Refresh();
        Assert.InRange(File.Length, 1, before / 2);
        foreach (var id in kept)
        {
            Assert.NotNull((await _store.Read("p", id, CancellationToken.None)).Value);
        }
    }

    [Fact]
    public async Task A_file_with_little_free_in_it_stays_as_it_is()
    {
        await _store.Commit("p", [new Write.Create(Of("one", 0))], CancellationToken.None);
        await Restart();

        await _store.Purge(_clock.Now, 1000, CancellationToken.None);

        Assert.Empty(PagesOfEachCommit());
    }

    // Each page would be known by what leads to it, which creates pay for.
    [Fact]
    public async Task A_file_is_made_for_it_only_where_that_is_asked_for()
    {
        await using (Open("other.db", shrinks: false))
        {
        }

        var other = Path.Combine(_folder.FullName, "other.db");
        Assert.Equal((1, 0), (GivesBack(File.FullName), GivesBack(other)));

        // https://www.sqlite.org/fileformat.html#the_database_header, offset 64.
        static int GivesBack(string path)
        {
            using var stream = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var header = new byte[100];
            stream.ReadExactly(header);
            return BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(64));
        }
    }

    private FileInfo File => new(Path.Combine(_folder.FullName, "sessions.db"));

    // What is to stay lies between what goes.
    private async Task<IReadOnlyList<string>> Fill()
    {
        List<string> kept = [];
        for (var n = 0; n < 100; n++)
        {
            kept.Add($"kept-{n}");
            await _store.Commit(
                "p",
                [
                    new Write.Create(Of($"large-{n}", 60_000) with { PurgeAt = _clock.Now.AddHours(1) }),
                    new Write.Create(Of(kept[^1], 1000)),
                ],
                CancellationToken.None);
        }

        return kept;
    }

    private Document Of(string id, int bytes) => new()
    {
        Partition = "p", Id = id, Kind = "k", Account = "a", CreatedAt = _clock.Now, UpdatedAt = _clock.Now,
        Body = new byte[bytes],
    };

    // All is in the file then, and the log begins anew.
    private async Task Restart()
    {
        await _store.DisposeAsync();
        _store = Open();
    }

    // A frame of the log says how long the file is when it is the last one of a commit.
    // https://www.sqlite.org/fileformat.html#the_write_ahead_log
    private List<int> PagesOfEachCommit()
    {
        const int Header = 32;
        const int FrameHeader = 24;
        const int LengthAt = 4;
        var path = File.FullName + "-wal";
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var log = new byte[stream.Length];
        stream.ReadExactly(log);
        List<int> commits = [];
        for (var (at, pages) = (Header, 1); at < log.Length; at += FrameHeader + PageBytes, pages++)
        {
            if (BinaryPrimitives.ReadUInt32BigEndian(log.AsSpan(at + LengthAt)) > 0)
            {
                commits.Add(pages);
                pages = 0;
            }
        }

        return commits;
    }

    private SqliteDocumentStore Open(string name = "sessions.db", bool shrinks = true) => SqliteDocumentStore.Open(
        new(Path.Combine(_folder.FullName, name)) { Shrinks = shrinks },
        _clock,
        NullLogger<SqliteDocumentStore>.Instance);
}
