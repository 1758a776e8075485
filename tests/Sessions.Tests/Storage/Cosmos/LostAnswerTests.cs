using Sessions.Storage;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>Writes that were made but whose answers never came: each is told as what it was.</summary>
public sealed class LostAnswerTests : CosmosTests
{
    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_create_that_was_made_is_done_and_not_a_conflict_with_itself(int status)
    {
        Wire.LoseAnswer(status);

        var result = await Commit(new Write.Create(NewDocument("one", "key")));

        Assert.Equal(StoreOutcome.Done, result.Outcome);
        Assert.Equal((await Find("one"))!.ETag, result.ETags[0]);
    }

    [Fact]
    public async Task A_create_that_was_made_is_done_when_the_connection_broke()
    {
        Wire.BreakAfter();

        Assert.Equal(StoreOutcome.Done, (await Commit(new Write.Create(NewDocument("one")))).Outcome);
        Assert.NotNull(await Find("one"));
    }

    [Fact]
    public async Task A_create_whose_id_another_has_is_a_conflict_all_the_same()
    {
        await Add(NewDocument("one"));
        Wire.LoseAnswer(503);

        var result = await Commit(new Write.Create(NewDocument("one")));

        Assert.Equal(StoreOutcome.Conflict, result.Outcome);
    }

    [Fact]
    public async Task A_create_whose_key_another_has_is_a_conflict_all_the_same()
    {
        await Add(NewDocument("one", "key"));
        Wire.LoseAnswer(503);

        Assert.Equal(StoreOutcome.Conflict, (await Commit(new Write.Create(NewDocument("two", "key")))).Outcome);
        Assert.Null(await Find("two"));
    }

    [Fact]
    public async Task A_replace_that_was_made_is_done()
    {
        var stored = await Add(NewDocument("one"));
        Wire.LoseAnswer(408);

        var result = await Commit(new Write.Replace(stored with { RequestHash = "new" }));

        Assert.Equal(StoreOutcome.Done, result.Outcome);
        Assert.Equal("new", (await Find("one"))!.RequestHash);
        Assert.Equal((await Find("one"))!.ETag, result.ETags[0]);
    }

    [Fact]
    public async Task A_replace_that_another_was_faster_than_fails_its_precondition()
    {
        var stored = await Add(NewDocument("one"));
        Wire.Refuse(503);
        Wire.Before(() => Commit(new Write.Replace(stored with { RequestHash = "other" })));

        var result = await Commit(new Write.Replace(stored with { RequestHash = "mine" }));

        Assert.Equal(StoreOutcome.PreconditionFailed, result.Outcome);
        Assert.Equal("other", (await Find("one"))!.RequestHash);
    }

    [Fact]
    public async Task A_replace_that_others_have_written_over_is_not_told_as_refused()
    {
        var stored = await Add(NewDocument("one"));
        Wire.LoseAnswer(408);
        Wire.Before(async () => await Commit(new Write.Replace((await Find("one"))! with { RequestHash = "other" })));

        var result = await Commit(new Write.Replace(stored with { RequestHash = "mine" }));

        Assert.Equal(StoreOutcome.Unavailable, result.Outcome);
    }

    [Fact]
    public async Task A_batch_that_was_made_is_done_with_the_versions_of_all_its_writes()
    {
        var deleted = await Add(NewDocument("deleted"));
        Wire.LoseAnswer(408);

        var result = await Commit(
            new Write.Delete("deleted", deleted.ETag),
            new Write.Create(NewDocument("created")),
            new Write.Put(NewDocument("put")));

        Assert.Equal(StoreOutcome.Done, result.Outcome);
        Assert.Equal(["", (await Find("created"))!.ETag, (await Find("put"))!.ETag], result.ETags);
    }

    [Theory]
    [InlineData(true, StoreOutcome.Done)]
    [InlineData(false, StoreOutcome.NotFound)]
    public async Task A_delete_that_was_made_is_done_for_one_who_knew_the_version(bool knew, StoreOutcome outcome)
    {
        var stored = await Add(NewDocument("one"));
        if (!knew)
        {
            // The look for a dead document before a delete of whatever version.
            Wire.Before(() => Task.CompletedTask);
        }

        Wire.LoseAnswer(503);

        Assert.Equal(outcome, (await Commit(new Write.Delete("one", knew ? stored.ETag : null))).Outcome);
        Assert.Null(await Find("one"));
    }
}
