using Sessions.Storage;

namespace Sessions.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task A_document_is_due_at_its_very_moment_and_not_a_tick_before()
    {
        var due = await Add(NewDocument("one") with { DueAt = Clock.Now });
        Assert.Empty(await ReadDue(Clock.Now.AddTicks(-1), Kind));
        var found = Assert.Single(await ReadDue(Clock.Now, Kind));
        Assert.Equal(
            (due.Partition, due.Id, due.Kind, due.DueAt!.Value, due.ETag, due.Index),
            (found.Partition, found.Id, found.Kind, found.DueAt, found.ETag, found.Index));
        AssertSame(due, (await Store.ReadFound(found, CancellationToken.None)).Value);
    }

    [Fact]
    public async Task The_longest_due_comes_first_from_all_partitions()
    {
        await Add(NewDocument("second") with { DueAt = Clock.Now.AddTicks(-2) });
        await Add(NewDocument("first") with { DueAt = Clock.Now.AddTicks(-3), Partition = OtherPartition });
        await Add(NewDocument("third") with { DueAt = Clock.Now.AddTicks(-1) });
        await Add(NewDocument("never"));
        Assert.Equal("first second third", Ids(await ReadDue(Clock.Now, Kind)));
        Assert.Equal("first second", Ids(await Due(new([Kind], Clock.Now, 2))));
    }

    [Fact]
    public async Task Only_the_kinds_asked_for_are_due()
    {
        await Add(NewDocument("one") with { DueAt = Clock.Now });
        await Add(NewDocument("other") with { DueAt = Clock.Now, Kind = OtherKind });
        Assert.Equal("other", Ids(await ReadDue(Clock.Now, OtherKind)));
        Assert.Equal(["one", "other"], (await ReadDue(Clock.Now, Kind, OtherKind)).Select(found => found.Id).Order());
        Assert.Empty(await ReadDue(Clock.Now));
    }

    [Fact]
    public async Task What_is_due_is_found_from_a_moment_on_and_page_after_page()
    {
        await Add(NewDocument("before") with { DueAt = Clock.Now.AddTicks(-1) });
        await Add(NewDocument("first") with { DueAt = Clock.Now });
        await Add(NewDocument("second") with { DueAt = Clock.Now.AddTicks(1), Partition = OtherPartition });
        await Add(NewDocument("other") with { DueAt = Clock.Now, Kind = OtherKind });
        var query = new DueQuery([Kind], DateTimeOffset.MaxValue, 1) { From = Clock.Now };

        var first = Assert.Single(await Due(query));
        var second = Assert.Single(await Due(query with { After = first }));

        Assert.Equal("first second", Ids([first, second]));
        Assert.Empty(await Due(query with { After = second }));
        Assert.Equal(
            ["first", "other", "second"],
            (await Due(query with { Kinds = [Kind, OtherKind], Limit = 9 })).Select(found => found.Id).Order());
        Assert.Empty(await Due(query with { Kinds = [Kind, OtherKind], From = Clock.Now.AddTicks(2) }));
    }

    [Fact]
    public async Task A_document_that_was_settled_is_no_longer_due()
    {
        var moved = await Add(NewDocument("moved") with { DueAt = Clock.Now });
        var ended = await Add(NewDocument("ended") with { DueAt = Clock.Now });
        await Commit(
            new Write.Replace(moved with { DueAt = Clock.Now.AddTicks(1) }),
            new Write.Replace(ended with { DueAt = null }));
        Assert.Empty(await ReadDue(Clock.Now, Kind));
        Assert.Equal("moved", Ids(await ReadDue(Clock.Now.AddTicks(1), Kind)));
    }

    [Fact]
    public async Task From_its_purge_moment_on_a_document_is_absent_everywhere()
    {
        var document = NewDocument("one", "key") with { DueAt = Clock.Now, PurgeAt = Clock.Now.AddTicks(1) };
        var stored = await Add(document);
        await AssertStored(stored);
        Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await Find("one"));
        Assert.Null(await FindByKey("key"));
        Assert.Empty(await Page(All));
        Assert.Empty(await Page(All with { Index = "open" }));
        Assert.Empty(await ReadDue(Clock.Now, Kind));
    }

    [Fact]
    public async Task A_purged_document_is_not_found_by_any_write_that_needs_it()
    {
        var replaced = await Add(NewDocument("replaced") with { PurgeAt = Clock.Now });
        var deleted = await Add(NewDocument("deleted") with { PurgeAt = Clock.Now });
        await Add(NewDocument("gone") with { PurgeAt = Clock.Now });
        AssertRefused(StoreOutcome.NotFound, 0, await Commit(new Write.Replace(replaced)));
        AssertRefused(StoreOutcome.NotFound, 0, await Commit(new Write.Delete("deleted", deleted.ETag)));
        AssertRefused(StoreOutcome.NotFound, 0, await Commit(new Write.Delete("gone")));
    }

    [Fact]
    public async Task A_purged_document_frees_its_id()
    {
        await Add(NewDocument("one", "old") with { PurgeAt = Clock.Now });
        var second = await Add(NewDocument("one", "new"));
        await AssertStored(second);
        Assert.Null(await FindByKey("old"));
    }

    [Fact]
    public async Task A_purged_document_frees_its_key_for_every_write()
    {
        var replaced = await Add(NewDocument("replaced"));
        foreach (var number in Enumerable.Range(1, 3))
        {
            await Add(NewDocument($"old{number}", $"key{number}") with { PurgeAt = Clock.Now });
        }

        var result = await Commit(
            new Write.Create(NewDocument("created", "key1")),
            new Write.Replace(replaced with { Key = "key2" }),
            new Write.Put(NewDocument("put", "key3")));
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        Assert.Equal("created", (await FindByKey("key1"))?.Id);
        Assert.Equal("replaced", (await FindByKey("key2"))?.Id);
        Assert.Equal("put", (await FindByKey("key3"))?.Id);
    }

    [Fact]
    public async Task One_new_document_can_take_the_id_of_one_purged_and_the_key_of_another()
    {
        await Add(NewDocument("one") with { PurgeAt = Clock.Now });
        await Add(NewDocument("two", "key") with { PurgeAt = Clock.Now });
        await AssertStored(await Add(NewDocument("one", "key")));
        Assert.Null(await Find("two"));
    }

    [Fact]
    public async Task A_purged_document_can_be_put_again()
    {
        await Add(NewDocument("one") with { PurgeAt = Clock.Now });
        var again = FullDocument("one");
        var result = await Commit(new Write.Put(again));
        await AssertStored(again with { ETag = result.ETags[0] });
    }

    [Fact]
    public async Task A_document_whose_purge_was_put_off_stays()
    {
        var stored = await Add(NewDocument("one") with { PurgeAt = Clock.Now.AddTicks(1) });
        await Commit(new Write.Replace(stored with { PurgeAt = Clock.Now.AddTicks(2) }));
        Clock.Advance(TimeSpan.FromTicks(1));
        Assert.NotNull(await Find("one"));
    }

    [Fact]
    public async Task Purging_takes_nothing_that_still_lives()
    {
        await Add(NewDocument("dead") with { PurgeAt = Clock.Now });
        var stays = await Add(NewDocument("stays") with { PurgeAt = Clock.Now.AddTicks(1) });
        var forever = await Add(NewDocument("forever"));
        Assert.Equal(1, await Store.Purge(Clock.Now, 1000, CancellationToken.None));
        await AssertStored(stays);
        await AssertStored(forever);
        Assert.Null(await Find("dead"));
    }

    [Fact]
    public async Task What_is_due_is_read_on_behind_the_last_one_though_nothing_was_done_with_it()
    {
        foreach (var number in Enumerable.Range(0, 9))
        {
            // Three moments, each with the same id in two partitions.
            await Add(NewDocument(number % 3 == 2 ? "z" : "a") with
            {
                Key = null,
                DueAt = Clock.Now.AddTicks(-(number / 3)),
                Partition = $"{(number % 3 == 0 ? Partition : OtherPartition)}:{number / 3}",
            });
        }

        var all = new List<DueDocument>();
        for (var page = await Due(new([Kind], Clock.Now, 2)); page.Count > 0;)
        {
            all.AddRange(page);
            page = await Due(new([Kind], Clock.Now, 2) { After = page[^1] });
        }

        Assert.Equal(9, all.Select(found => (found.Partition, found.Id)).Distinct().Count());
        Assert.Equal(9, all.Count);
        Assert.Equal(all.OrderBy(found => found.DueAt).Select(found => found.DueAt), all.Select(found => found.DueAt));
    }

    [Fact]
    public async Task A_purge_frees_an_id_and_a_key_by_itself()
    {
        await Add(NewDocument("one", "key") with { PurgeAt = Clock.Now });
        Assert.Equal(1, await Store.Purge(Clock.Now, 1000, CancellationToken.None));
        await AssertStored(await Add(NewDocument("one", "key")));
        Assert.Equal(0, await Store.Purge(Clock.Now, 1000, CancellationToken.None));
    }

    private static string Ids(IEnumerable<DueDocument> found) => string.Join(' ', found.Select(due => due.Id));

    private Task<IReadOnlyList<DueDocument>> ReadDue(DateTimeOffset now, params string[] kinds) =>
        Due(new(kinds, now, 100));

    private async Task<IReadOnlyList<DueDocument>> Due(DueQuery query)
    {
        var result = await Store.ReadDue(query, CancellationToken.None);
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        return result.Value!;
    }
}
