using Sessions.Storage;

namespace Sessions.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Replacing_the_stored_version_changes_every_field()
    {
        var created = await Add(NewDocument("one", "old"));
        var changed = FullDocument("one") with { ETag = created.ETag };
        var result = await Commit(new Write.Replace(changed));
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        Assert.Equal(-1, result.FailedWrite);
        Assert.NotEqual(created.ETag, Assert.Single(result.ETags));
        await AssertStored(changed with { ETag = result.ETags[0] });
    }

    [Fact]
    public async Task Replacing_can_take_fields_away()
    {
        var created = await Add(FullDocument("one"));
        var changed = NewDocument("one") with { ETag = created.ETag };
        var result = await Commit(new Write.Replace(changed));
        await AssertStored(changed with { ETag = result.ETags[0] });
        Assert.Null(await FindByKey("key-one"));
    }

    [Fact]
    public async Task Replacing_a_version_that_is_no_more_fails_its_precondition()
    {
        var first = await Add(NewDocument("one"));
        var second = first with { RequestHash = "second" };
        second = second with { ETag = (await Commit(new Write.Replace(second))).ETags[0] };
        AssertRefused(StoreOutcome.PreconditionFailed, 0, await Commit(new Write.Replace(first)));
        await AssertStored(second);
    }

    [Theory]
    [InlineData("")]
    [InlineData("another")]
    public async Task Replacing_a_version_that_never_was_fails_its_precondition(string etag)
    {
        var stored = await Add(NewDocument("one"));
        var result = await Commit(new Write.Replace(FullDocument("one") with { ETag = etag }));
        AssertRefused(StoreOutcome.PreconditionFailed, 0, result);
        await AssertStored(stored);
    }

    [Fact]
    public async Task Replacing_what_is_not_there_is_not_found()
    {
        var result = await Commit(new Write.Replace(NewDocument("absent") with { ETag = "any" }));
        AssertRefused(StoreOutcome.NotFound, 0, result);
        Assert.Null(await Find("absent"));
    }

    [Fact]
    public async Task Replacing_with_the_key_of_another_is_a_conflict()
    {
        await Add(NewDocument("other", "taken"));
        var stored = await Add(NewDocument("one", "own"));
        AssertRefused(StoreOutcome.Conflict, 0, await Commit(new Write.Replace(stored with { Key = "taken" })));
        await AssertStored(stored);
        Assert.Equal("other", (await FindByKey("taken"))?.Id);
    }

    [Fact]
    public async Task A_key_that_was_replaced_is_free()
    {
        var stored = await Add(NewDocument("one", "old"));
        await Commit(new Write.Replace(stored with { Key = "new" }));
        Assert.Equal("one", (await FindByKey("new"))?.Id);
        Assert.Null(await FindByKey("old"));
        await Add(NewDocument("two", "old"));
    }

    [Fact]
    public async Task A_document_that_was_put_is_there()
    {
        var document = FullDocument("one");
        var result = await Commit(new Write.Put(document));
        await AssertStored(document with { ETag = Assert.Single(result.ETags) });
    }

    [Fact]
    public async Task Putting_replaces_whatever_version_is_there()
    {
        var first = await Add(NewDocument("one", "old"));
        var second = FullDocument("one") with { ETag = "not asked for" };
        var result = await Commit(new Write.Put(second));
        Assert.NotEqual(first.ETag, Assert.Single(result.ETags));
        await AssertStored(second with { ETag = result.ETags[0] });
        Assert.Null(await FindByKey("old"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Putting_with_the_key_of_another_is_a_conflict(bool exists)
    {
        var other = await Add(NewDocument("other", "taken"));
        if (exists)
        {
            await Add(NewDocument("one", "own"));
        }

        AssertRefused(StoreOutcome.Conflict, 0, await Commit(new Write.Put(NewDocument("one", "taken"))));
        await AssertStored(other);
        Assert.Equal(exists ? "own" : null, (await Find("one"))?.Key);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deleted_document_is_gone_and_frees_its_id_and_key(bool conditional)
    {
        var stored = await Add(NewDocument("one", "key"));
        var result = await Commit(new Write.Delete("one", conditional ? stored.ETag : null));
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        Assert.Equal([""], result.ETags);
        Assert.Null(await Find("one"));
        Assert.Null(await FindByKey("key"));
        await Add(NewDocument("one", "key"));
    }

    [Fact]
    public async Task Deleting_another_version_fails_its_precondition()
    {
        var stored = await Add(NewDocument("one"));
        AssertRefused(StoreOutcome.PreconditionFailed, 0, await Commit(new Write.Delete("one", "another")));
        await AssertStored(stored);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("any")]
    public async Task Deleting_what_is_not_there_is_not_found(string? etag)
    {
        var result = await Commit(new Write.Delete("absent", etag));

        // Who names a version has seen the document; that it is gone after a lost answer is what was asked.
        if (LosesAnswers && etag is not null && result.Outcome is StoreOutcome.Done)
        {
            return;
        }

        AssertRefused(StoreOutcome.NotFound, 0, result);
    }
}
