using Sessions.Storage;

namespace Sessions.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task A_commit_makes_all_its_writes_and_gives_their_versions_in_order()
    {
        var replaced = await Add(NewDocument("replaced"));
        await Add(NewDocument("deleted"));
        Document[] written = [FullDocument("created"), replaced with { RequestHash = "new" }, NewDocument("put")];
        var result = await Commit(
            new Write.Create(written[0]),
            new Write.Delete("deleted"),
            new Write.Replace(written[1]),
            new Write.Put(written[2]));
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        Assert.Equal("", result.ETags[1]);
        await AssertStored(written[0] with { ETag = result.ETags[0] });
        await AssertStored(written[1] with { ETag = result.ETags[2] });
        await AssertStored(written[2] with { ETag = result.ETags[3] });
        Assert.Null(await Find("deleted"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task One_refused_write_undoes_the_whole_commit_and_is_named(int failing)
    {
        var replaced = await Add(NewDocument("replaced", "key"));
        var deleted = await Add(NewDocument("deleted"));
        var taken = await Add(NewDocument("taken"));
        var writes = new List<Write>
        {
            new Write.Create(NewDocument("created")),
            new Write.Replace(replaced with { Key = "new" }),
            new Write.Delete("deleted"),
            new Write.Put(NewDocument("put")),
        };
        writes.Insert(failing, new Write.Create(FullDocument("taken")));
        AssertRefused(StoreOutcome.Conflict, failing, await Commit([.. writes]));
        Assert.Null(await Find("created"));
        Assert.Null(await Find("put"));
        await AssertStored(replaced);
        await AssertStored(deleted);
        await AssertStored(taken);
        AssertSame(replaced, await FindByKey("key"));
    }

    [Fact]
    public async Task A_commit_in_two_partitions_makes_all_its_writes_and_gives_their_versions_in_order()
    {
        Document[] written = [NewDocument("here"), NewDocument("there", "key") with { Partition = OtherPartition }];
        if (await CommitBoth(written[0], written[1]) is not { } result)
        {
            return;
        }

        Assert.Equal(StoreOutcome.Done, result.Outcome);
        await AssertStored(written[0] with { ETag = result.ETags[0] });
        AssertSame(
            written[1] with { ETag = result.ETags[1] },
            (await Store.Read(OtherPartition, "there", CancellationToken.None)).Value);
        Assert.Null(await Find("there"));
    }

    [Fact]
    public async Task A_write_that_is_refused_in_one_of_two_partitions_undoes_those_in_the_other()
    {
        var there = NewDocument("there") with { Partition = OtherPartition };
        await Add(there);
        if (await CommitBoth(NewDocument("here"), there) is not { } result)
        {
            return;
        }

        AssertRefused(StoreOutcome.Conflict, 1, result);
        Assert.Null(await Find("here"));
    }

    // Null where the store has no such commit.
    private async Task<CommitResult?> CommitBoth(Document first, Document second)
    {
        Batch[] batches =
        [
            new(first.Partition, [new Write.Create(first)]), new(second.Partition, [new Write.Create(second)]),
        ];
        if (Store.SpansPartitions)
        {
            return await Store.Commit(batches[0], batches[1], CancellationToken.None);
        }

        await Assert.ThrowsAsync<NotSupportedException>(
            async () => await Store.Commit(batches[0], batches[1], CancellationToken.None));
        return null;
    }

    [Fact]
    public async Task A_refused_commit_says_why()
    {
        var stored = await Add(NewDocument("stored", "key"));
        var before = new Write.Create(NewDocument("created"));
        (Write, StoreOutcome)[] cases =
        [
            (new Write.Create(NewDocument("other", "key")), StoreOutcome.Conflict),
            (new Write.Replace(stored with { ETag = "another" }), StoreOutcome.PreconditionFailed),
            (new Write.Replace(NewDocument("absent") with { ETag = "any" }), StoreOutcome.NotFound),
            (new Write.Put(NewDocument("other", "key")), StoreOutcome.Conflict),
            (new Write.Delete("stored", "another"), StoreOutcome.PreconditionFailed),
            (new Write.Delete("absent"), StoreOutcome.NotFound),
        ];
        foreach (var (write, outcome) in cases)
        {
            AssertRefused(outcome, 1, await Commit(before, write));
        }

        Assert.Null(await Find("created"));
        await AssertStored(stored);
    }

    [Fact]
    public async Task After_a_refused_commit_the_same_documents_can_be_written()
    {
        await Add(NewDocument("taken"));
        await Commit(new Write.Create(NewDocument("one", "key")), new Write.Create(NewDocument("taken")));
        await Add(NewDocument("one", "key"));
    }

    [Fact]
    public async Task A_key_can_pass_from_a_deleted_document_to_a_new_one_in_one_commit()
    {
        var old = await Add(NewDocument("old", "key"));
        var result = await Commit(new Write.Delete("old", old.ETag), new Write.Create(NewDocument("new", "key")));
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        Assert.Equal("new", (await FindByKey("key"))?.Id);
    }

    [Fact]
    public async Task Two_new_documents_of_one_commit_cannot_share_a_key()
    {
        var result = await Commit(
            new Write.Create(NewDocument("one", "key")), new Write.Create(NewDocument("two", "key")));
        AssertRefused(StoreOutcome.Conflict, 1, result);
        Assert.Null(await FindByKey("key"));
    }

    [Fact]
    public async Task A_commit_holds_a_hundred_writes()
    {
        var documents = Enumerable.Range(0, 100).Select(number => FullDocument($"n{number}")).ToList();
        var result = await Commit([.. documents.Select(document => new Write.Create(document))]);
        Assert.Equal(100, result.ETags.Distinct().Count());
        await AssertStored(documents[0] with { ETag = result.ETags[0] });
        await AssertStored(documents[99] with { ETag = result.ETags[99] });
    }

    [Fact]
    public async Task A_commit_without_writes_is_done()
    {
        var result = await Commit();
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        Assert.Empty(result.ETags);
    }

    [Fact]
    public async Task A_commit_that_no_store_could_take_is_a_bug_and_throws()
    {
        var writes = Enumerable.Range(0, 101).Select(number => new Write.Create(NewDocument($"n{number}")));
        await AssertBug([.. writes]);
        await AssertBug(new Write.Create(NewDocument("there") with { Partition = OtherPartition }));
        await AssertBug(new Write.Put(NewDocument("twice")), new Write.Delete("twice"));
        await AssertBug(new Write.Create(NewDocument("a/b")));
        await AssertBug(new Write.Create(NewDocument("..")));
        await AssertBug(new Write.Delete(""));
        Assert.Null(await Find("n0"));
        Assert.Null(await Find("twice"));
    }

    private async Task AssertBug(params Write[] writes) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Commit(writes));
}
