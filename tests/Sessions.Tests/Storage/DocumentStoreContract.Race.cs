using Sessions.Storage;

namespace Sessions.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    private const int Racers = 32;

    [Fact]
    public async Task Of_many_replacing_one_version_exactly_one_wins()
    {
        var stored = await Add(NewDocument("one"));
        var results = await Race(racer => new Write.Replace(stored with { RequestHash = $"racer{racer}" }));
        var winner = AssertOneWinner(results, StoreOutcome.PreconditionFailed);
        await AssertStored(stored with { RequestHash = $"racer{winner}", ETag = results[winner].ETags[0] });
    }

    [Fact]
    public async Task Of_many_creating_one_id_exactly_one_wins()
    {
        var results = await Race(racer => new Write.Create(NewDocument("one") with { RequestHash = $"racer{racer}" }));
        var winner = AssertOneWinner(results, StoreOutcome.Conflict);
        Assert.Equal($"racer{winner}", (await Find("one"))?.RequestHash);
    }

    [Fact]
    public async Task Of_many_creating_one_key_exactly_one_wins()
    {
        var results = await Race(racer => new Write.Create(NewDocument($"racer{racer}", "key")));
        var winner = AssertOneWinner(results, StoreOutcome.Conflict);
        Assert.Equal($"racer{winner}", (await FindByKey("key"))?.Id);
        Assert.Single(await Page(All));
    }

    [Fact]
    public async Task Of_many_deleting_one_document_exactly_one_wins()
    {
        await Add(NewDocument("one"));
        AssertOneWinner(await Race(_ => new Write.Delete("one")), StoreOutcome.NotFound);
    }

    [Fact]
    public async Task Many_putting_one_document_all_win_and_one_of_them_stays()
    {
        var results = await Race(racer => new Write.Put(NewDocument("one") with { RequestHash = $"racer{racer}" }));
        Assert.All(results, result => Assert.Equal(StoreOutcome.Done, result.Outcome));
        var stored = await Find("one");
        var last = Array.FindIndex(results, result => result.ETags[0] == stored!.ETag);
        Assert.Equal($"racer{last}", stored!.RequestHash);
    }

    [Fact]
    public async Task Many_commits_side_by_side_all_stay_whole()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(racer => Task.Run(async () => await Commit(
            new Write.Create(NewDocument($"head{racer}")),
            new Write.Create(NewDocument($"claim{racer}", $"pair{racer % 4}"))))));
        Assert.Equal(4, results.Count(result => result.Outcome is StoreOutcome.Done));
        var ids = (await Page(All)).Select(document => document.Id).ToList();
        Assert.Equal(8, ids.Count);
        Assert.All(Enumerable.Range(0, Racers), racer =>
            Assert.Equal(ids.Contains($"head{racer}"), ids.Contains($"claim{racer}")));
    }

    [Fact]
    public async Task A_caller_who_has_given_up_is_told_so_and_nothing_is_written()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.Commit(Partition, [new Write.Create(NewDocument("one"))], source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.Read(Partition, "one", source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.List(All, source.Token));
        Assert.Null(await Find("one"));
    }

    private static int AssertOneWinner(CommitResult[] results, StoreOutcome others)
    {
        var winner = Assert.Single(
            Enumerable.Range(0, Racers), racer => results[racer].Outcome is StoreOutcome.Done);
        Assert.Equal(Racers - 1, results.Count(result => result.Outcome == others));
        return winner;
    }

    private Task<CommitResult[]> Race(Func<int, Write> write) => Task.WhenAll(
        Enumerable.Range(0, Racers).Select(racer => Task.Run(async () => await Commit(write(racer)))));
}
