using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Storage;
using Sessions.Storage.Sqlite;

namespace Sessions.Tests.Storage;

/// <summary>The contract on SQLite, and what only a store in a file can do.</summary>
public sealed class SqliteDocumentStoreTests : DocumentStoreContract
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sessions-");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Reopening_keeps_every_document()
    {
        var stored = await Add(FullDocument("one"));
        await ((SqliteDocumentStore)Store).DisposeAsync();
        await using var again = Open();
        AssertSame(stored, (await again.Read(Partition, "one", CancellationToken.None)).Value);
    }

    [Fact]
    public async Task What_is_done_is_seen_from_a_second_store_before_the_first_is_closed()
    {
        var stored = await Add(FullDocument("one"));
        await using var second = Open();
        AssertSame(stored, (await second.ReadByKey(Partition, "key-one", CancellationToken.None)).Value);
    }

    [Fact]
    public async Task Two_stores_on_one_file_lose_nothing_and_let_one_win()
    {
        await using var second = Open();
        IDocumentStore[] stores = [Store, second];
        var shared = await Add(NewDocument("shared"));
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Task.Run(async () =>
        {
            var store = stores[number % 2];
            await store.Commit(Partition, [new Write.Create(NewDocument($"n{number:00}"))], CancellationToken.None);
            return await store.Commit(Partition, [new Write.Replace(shared)], CancellationToken.None);
        })));
        Assert.Single(results, result => result.Outcome is StoreOutcome.Done);
        Assert.Equal(99, results.Count(result => result.Outcome is StoreOutcome.PreconditionFailed));
        var page = await second.List(new ListQuery(Partition, Kind, 1000), CancellationToken.None);
        Assert.Equal(101, page.Value!.Count);
    }

    [Fact]
    public async Task What_one_store_writes_in_many_transactions_another_is_told_of_page_by_page()
    {
        await using var second = Open();
        var place = (await second.ReadMoves(null, CancellationToken.None)).Value!.Place;
        for (var i = 0; i < 300; i++)
        {
            await Add(LifelessDocument($"{i}") with { IsWatched = true });
        }

        List<string> told = [];
        var moves = new Moves(place, []) { HasMore = true };
        while (moves.HasMore)
        {
            moves = (await second.ReadMoves(moves.Place, CancellationToken.None)).Value!;
            told.AddRange(moves.Documents!.Select(move => move.Id));
        }

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), told);
        Assert.Empty((await second.ReadMoves(moves.Place, CancellationToken.None)).Value!.Documents!);
    }

    [Fact]
    public async Task Behind_a_place_that_is_none_of_the_file_anything_may_have_been_written()
    {
        await Add(LifelessDocument("one") with { IsWatched = true });

        var moves = (await Store.ReadMoves("999", CancellationToken.None)).Value!;

        Assert.Null(moves.Documents);
        Assert.Empty((await Store.ReadMoves(moves.Place, CancellationToken.None)).Value!.Documents!);
    }

    [Fact]
    public async Task A_kind_with_very_many_due_does_not_keep_the_others_waiting()
    {
        foreach (var number in Enumerable.Range(0, 5))
        {
            await Add(NewDocument($"n{number}") with { DueAt = Clock.Now.AddTicks(-number) });
        }

        await Add(NewDocument("other") with { DueAt = Clock.Now, Kind = OtherKind });
        var due = await Store.ReadDue(new([Kind, OtherKind], Clock.Now, 3), CancellationToken.None);
        Assert.Equal(["n3", "n4", "other"], due.Value!.Select(document => document.Id).Order());
    }

    [Fact]
    public async Task Purging_tells_how_many_it_removed_and_stops_at_its_limit()
    {
        foreach (var chunk in Enumerable.Range(0, 700).Chunk(100))
        {
            await Commit([.. chunk.Select(number => new Write.Create(Dead($"n{number}")))]);
        }

        Assert.Equal(600, await Store.Purge(Clock.Now, 600, CancellationToken.None));
        Assert.Equal(100, await Store.Purge(Clock.Now, 600, CancellationToken.None));
        Assert.Equal(0, await Store.Purge(Clock.Now, 600, CancellationToken.None));
    }

    [Fact]
    public async Task Closing_under_load_answers_every_caller_truly()
    {
        var store = (SqliteDocumentStore)Store;
        var waiting = Enumerable.Range(0, 2000)
            .Select(number => store.Commit(Partition, [new Write.Create(NewDocument($"n{number}"))], default).AsTask())
            .ToList();
        await store.DisposeAsync();
        var results = await Task.WhenAll(waiting);

        await using var again = Open();
        for (var number = 0; number < results.Length; number++)
        {
            var found = await again.Read(Partition, $"n{number}", CancellationToken.None);
            Assert.Equal(
                results[number].Outcome is StoreOutcome.Done ? StoreOutcome.Done : StoreOutcome.NotFound,
                found.Outcome);
        }
    }

    [Fact]
    public async Task A_closed_store_is_unavailable_and_can_be_closed_again()
    {
        var store = (SqliteDocumentStore)Store;
        await store.DisposeAsync();
        await store.DisposeAsync();
        Assert.Equal(StoreOutcome.Unavailable, (await Commit(new Write.Create(NewDocument("one")))).Outcome);
        Assert.Equal(StoreOutcome.Unavailable, (await store.Read(Partition, "one", default)).Outcome);
        Assert.Equal(StoreOutcome.Unavailable, (await store.List(new(Partition, Kind, 1), default)).Outcome);
        Assert.Equal(0, await store.Purge(Clock.Now, 10, default));
    }

    protected override Task<IDocumentStore> CreateStore(TimeProvider clock) => Task.FromResult<IDocumentStore>(Open());

    private Document Dead(string id) => NewDocument(id) with { PurgeAt = Clock.Now };

    private SqliteDocumentStore Open() => SqliteDocumentStore.Open(
        new SqliteStoreOptions(Path.Combine(_directory.FullName, "data", "sessions.db")),
        Clock,
        NullLogger<SqliteDocumentStore>.Instance);
}
