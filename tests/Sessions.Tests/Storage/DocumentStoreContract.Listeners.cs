using Sessions.Storage;

namespace Sessions.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    private Listeners[] Open => [new(OtherPartition, Kind, "none"), new(OtherPartition, Kind, "open")];

    [Fact]
    public async Task What_is_for_those_who_listen_is_added_when_one_does()
    {
        await Add(Listener("listens"));

        await AssertAdded(await Commit(new Write.Create(NewDocument("news")) { OnlyFor = Open }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another-index")]
    [InlineData("another-partition")]
    [InlineData("gone")]
    public async Task What_is_for_those_who_listen_is_left_out_when_nobody_does_and_the_rest_is_written(string? other)
    {
        if (other is not null)
        {
            await Add(other switch
            {
                "another-index" => FullDocument(other) with { Partition = OtherPartition },
                "another-partition" => NewDocument(other),
                _ => Listener(other) with { PurgeAt = Clock.Now },
            });
        }

        var result = await Commit(
            new Write.Create(NewDocument("first")),
            new Write.Create(NewDocument("news")) { OnlyFor = Open },
            new Write.Create(NewDocument("last")));

        Assert.Equal(StoreOutcome.Done, result.Outcome);
        await AssertStored(NewDocument("first") with { ETag = result.ETags[0] });
        await AssertStored(NewDocument("last") with { ETag = result.ETags[2] });
        if (!Store.SpansPartitions)
        {
            // It cannot look there.
            await AssertStored(NewDocument("news") with { ETag = result.ETags[1] });
            return;
        }

        Assert.Equal("", result.ETags[1]);
        Assert.Null(await Find("news"));
    }

    [Fact]
    public async Task A_commit_that_requires_a_version_is_made_while_that_is_stored()
    {
        var required = NewDocument("required") with { Partition = OtherPartition };
        if (!Store.SpansPartitions)
        {
            await Assert.ThrowsAsync<NotSupportedException>(async () => await Commit(new Write.Require("any", "any")));
            return;
        }

        AssertRefused(StoreOutcome.NotFound, 1, await Requiring("any"));
        var stored = await Add(required);
        AssertRefused(StoreOutcome.PreconditionFailed, 1, await Requiring("another"));
        Assert.Null(await Find("written"));

        var result = await Requiring(stored.ETag);

        await AssertStored(NewDocument("written") with { ETag = result.ETags[0] });
        Assert.Equal("", result.ETags[1]);
        AssertSame(stored, (await Store.Read(OtherPartition, "required", CancellationToken.None)).Value);
    }

    private Document Listener(string id) => NewDocument(id) with { Partition = OtherPartition };

    private async Task AssertAdded(CommitResult result)
    {
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        await AssertStored(NewDocument("news") with { ETag = Assert.Single(result.ETags) });
    }

    private ValueTask<CommitResult> Requiring(string etag) => Store.Commit(
        new Batch(Partition, [new Write.Create(NewDocument("written"))]),
        new(OtherPartition, [new Write.Require("required", etag)]),
        CancellationToken.None);
}
