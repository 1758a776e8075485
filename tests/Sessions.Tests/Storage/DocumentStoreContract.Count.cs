using Sessions.Storage;

namespace Sessions.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Nothing_counts_as_none() => Assert.Equal(0, await Count());

    [Fact]
    public async Task A_count_is_of_one_kind_in_one_partition()
    {
        await AddInOrder("a", "b", "c");
        await Add(NewDocument("kind") with { Kind = OtherKind });
        await Add(NewDocument("partition") with { Partition = OtherPartition });
        Assert.Equal(3, await Count());
    }

    [Fact]
    public async Task A_count_can_be_of_one_stored_status()
    {
        await AddInOrder("a", "b", "c");
        await ChangeStatus("b", "closed");
        Assert.Equal(1, await Count("closed"));
        Assert.Equal(2, await Count("open"));
        Assert.Equal(0, await Count(""));
    }

    [Fact]
    public async Task A_count_leaves_out_what_is_deleted_or_to_be_purged()
    {
        await AddInOrder("a", "b");
        await Commit(new Write.Delete("a"));
        await Add(NewDocument("c") with { PurgeAt = Clock.Now });
        await Add(NewDocument("d") with { PurgeAt = Clock.Now.AddHours(1) });
        Assert.Equal(2, await Count());
        Assert.Equal(2, await Count("open"));
    }

    [Fact]
    public async Task A_count_can_leave_out_what_is_due()
    {
        await Add(NewDocument("never"));
        await Add(NewDocument("now") with { DueAt = Clock.Now });
        await Add(NewDocument("later") with { DueAt = Clock.Now.AddTicks(1) });
        Assert.Equal(3, await Count());
        Assert.Equal(2, await Count(withDue: false));
        Assert.Equal(2, await Count("open", withDue: false));
    }

    private async Task<long> Count(string? status = null, bool withDue = true)
    {
        var query = new CountQuery(Partition, Kind) { Index = status, WithDue = withDue };
        var result = await Store.Count(query, CancellationToken.None);
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        return result.Value!.Value;
    }
}
