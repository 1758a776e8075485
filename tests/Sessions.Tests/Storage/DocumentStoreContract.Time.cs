using Sessions.Storage;

namespace Sessions.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task A_document_is_due_at_its_very_moment_and_not_a_tick_before()
    {
        var due = await Add(NewDocument("one") with { DueAt = Clock.Now });
        Assert.Empty(await ReadDue(Clock.Now.AddTicks(-1), Kind));
        AssertSame(due, Assert.Single(await ReadDue(Clock.Now, Kind)));
    }

    [Fact]
    public async Task The_longest_due_comes_first_from_all_partitions()
    {
        await Add(NewDocument("second") with { DueAt = Clock.Now.AddTicks(-2) });
        await Add(NewDocument("first") with { DueAt = Clock.Now.AddTicks(-3), Partition = OtherPartition });
        await Add(NewDocument("third") with { DueAt = Clock.Now.AddTicks(-1) });
        await Add(NewDocument("never"));
        Assert.Equal("first second third", Ids(await ReadDue(Clock.Now, Kind)));
        Assert.Equal("first second", Ids(await ReadDue(Clock.Now, 2, Kind)));
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
        Assert.True(await Store.Purge(Clock.Now, 1000, CancellationToken.None) >= 0);
        await AssertStored(stays);
        await AssertStored(forever);
        Assert.Null(await Find("dead"));
    }

    private Task<IReadOnlyList<Document>> ReadDue(DateTimeOffset now, params string[] kinds) =>
        ReadDue(now, 100, kinds);

    private async Task<IReadOnlyList<Document>> ReadDue(DateTimeOffset now, int limit, params string[] kinds)
    {
        var result = await Store.ReadDue(kinds, now, limit, CancellationToken.None);
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        return result.Value!;
    }
}
