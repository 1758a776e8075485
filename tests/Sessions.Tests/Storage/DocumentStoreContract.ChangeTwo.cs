using Sessions.Storage;

namespace Sessions.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task A_change_of_two_is_given_the_document_that_the_first_one_names()
    {
        await AddPair();

        var both = await ChangeTwo("one", (one, two) => new([], $"{one?.Id} {two?.Id}"));
        var alone = await ChangeTwo("two", (two, none) => new([], $"{two?.Id} {none?.Id}"));
        var absent = await ChangeTwo("three", (three, none) => new([], $"{three?.Id} {none?.Id}"));

        Assert.Equal(["one two", "two ", " "], [both.Value, alone.Value, absent.Value]);
    }

    [Fact]
    public async Task A_change_of_two_is_decided_again_when_either_has_changed_meanwhile()
    {
        await AddPair();
        List<string?> seen = [];
        using var read = new SemaphoreSlim(0);
        using var changed = new SemaphoreSlim(0);
        var change = Task.Run(async () => await ChangeTwo("one", (one, two) =>
        {
            seen.Add(two!.RequestHash);
            read.Release();
            changed.Wait(TimeSpan.FromSeconds(5));
            return new([new Write.Replace(one!), new Write.Replace(two)], "");
        }));

        await read.WaitAsync();
        await Commit(new Write.Put(NewDocument("two") with { RequestHash = "meanwhile" }));
        changed.Release(2);
        await change;

        Assert.Equal([null, "meanwhile"], seen);
        Assert.Equal("meanwhile", (await Find("two"))?.RequestHash);
    }

    private async Task AddPair()
    {
        await Add(NewDocument("one") with { RequestHash = "two" });
        await Add(NewDocument("two"));
    }

    private ValueTask<Changed<string>> ChangeTwo(string id, Func<Document?, Document?, Change<string>> decide) =>
        Store.Change(Partition, id, document => document.RequestHash, decide, CancellationToken.None);
}
