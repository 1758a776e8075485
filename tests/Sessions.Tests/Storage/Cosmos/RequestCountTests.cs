using Sessions.Storage;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>What each operation costs in requests to Cosmos DB; docs/cosmos.md says what those cost.</summary>
public sealed class RequestCountTests : CosmosTests
{
    private Document _stored = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _stored = await Add(NewDocument("stored", "key"));
        await Add(NewDocument("other", "other"));

        // The SDK looks once for the container's physical partitions.
        await Store.List(new(Partition, Kind, 1), CancellationToken.None);
    }

    [Fact]
    public Task A_create_costs_one() => Costs(1, () => Commit(new Write.Create(NewDocument("new", "new"))));

    [Fact]
    public Task A_create_with_its_claims_costs_one() => Costs(1, () => Commit(
        new Write.Create(NewDocument("new")), new Write.Create(NewDocument("claim", "claim"))));

    [Fact]
    public Task A_fetch_costs_one() => Costs(1, () => Find("stored"));

    [Fact]
    public Task A_fetch_of_what_is_not_there_costs_one() => Costs(1, () => Find("absent"));

    [Fact]
    public Task A_fetch_by_key_costs_one() =>
        Costs(1, async () => await Store.ReadByKey(Partition, "key", CancellationToken.None));

    [Fact]
    public Task A_list_page_costs_one() => Costs(1, () => List(new(Partition, Kind, 1)));

    [Fact]
    public Task A_later_page_costs_one() => Costs(1, () => List(new(Partition, Kind, 1)
    {
        After = new(_stored.CreatedAt, _stored.Id),
    }));

    [Fact]
    public Task A_page_of_one_status_costs_one() => Costs(1, () => List(new(Partition, Kind, 1) { Index = "open" }));

    [Fact]
    public Task A_count_costs_two() =>
        Costs(2, async () => await Store.Count(new(Partition, Kind), CancellationToken.None));

    [Fact]
    public Task An_update_costs_two() => Costs(2, async () => await Commit(new Write.Replace((await Find("stored"))!)));

    [Fact]
    public Task A_delete_costs_two() => Costs(2, async () =>
    {
        var stored = (await Find("stored"))!;
        await Commit(new Write.Delete(stored.Id, stored.ETag));
    });

    [Fact]
    public Task A_delete_of_whatever_version_costs_two() => Costs(2, () => Commit(new Write.Delete("stored")));

    [Fact]
    public Task A_taken_id_costs_two() => Costs(2, () => Commit(new Write.Create(NewDocument("stored"))));

    [Fact]
    public Task Another_version_costs_one() =>
        Costs(1, () => Commit(new Write.Replace(_stored with { ETag = "another" })));

    [Fact]
    public Task A_look_for_what_is_due_costs_a_plan_and_one_for_each_physical_partition() => Costs(2, async () =>
        await Store.ReadDue(new([Kind, "a/b", "c/d"], Clock.Now, 1000), CancellationToken.None));

    [Fact]
    public Task A_look_for_what_is_gone_costs_one_for_each_physical_partition_and_a_plan() =>
        Costs(2, async () => await Store.Purge(Clock.Now, 1000, CancellationToken.None));

    private async Task Costs(int requests, Func<Task> work) => Assert.Equal(requests, await Wire.RequestsOf(work));

    private async Task List(ListQuery query) =>
        Assert.NotEmpty((await Store.List(query, CancellationToken.None)).Value!);
}
