using Sessions.Storage;

namespace Sessions.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    // Both partitions of a test, and none of another account's.
    private AcrossQuery Across => new("acct", [Kind], 100);

    [Fact]
    public async Task A_list_across_gives_whole_documents_of_all_partitions_of_the_account()
    {
        var one = await Add(FullDocument("one"));
        await Add(FullDocument("two") with { Partition = OtherPartition });
        await Add(FullDocument("not") with { Partition = $"acct2{OtherPartition[4..]}", Account = "acct2" });
        Assert.Equal("two one", Ids(await PageAcross(Across)));
        AssertSame(one, (await PageAcross(Across))[1]);
    }

    [Fact]
    public async Task A_list_across_is_newest_first_over_its_pages_whatever_the_partition_and_kind()
    {
        foreach (var number in Enumerable.Range(0, 9))
        {
            // Three moments, each with the same id in two partitions.
            Clock.Advance(TimeSpan.FromTicks(number % 3 == 0 ? 1 : 0));
            await Add(NewDocument(number % 3 == 2 ? "z" : "a") with
            {
                Key = null,
                Kind = number % 2 == 0 ? Kind : OtherKind,
                Partition = $"{(number % 3 == 0 ? Partition : OtherPartition)}:{number / 3}",
            });
        }

        var all = Across with { Kinds = [Kind, OtherKind], Limit = 2 };
        var seen = await PagesAcross(all);
        Assert.Equal(9, seen.Count);
        Assert.Equal(seen.OrderByDescending(found => found.CreatedAt)
            .ThenByDescending(found => found.Id, StringComparer.Ordinal)
            .ThenByDescending(found => found.Partition, StringComparer.Ordinal), seen);
        Assert.Equal(9, seen.Select(found => (found.Partition, found.Id)).Distinct().Count());
        Assert.Equal(5, (await PagesAcross(all with { Kinds = [Kind] })).Count);
        Assert.Empty(await PageAcross(all with { Kinds = [] }));
    }

    [Fact]
    public async Task A_list_across_counts_what_is_due_as_no_longer_open()
    {
        await Add(NewDocument("open"));
        await Add(NewDocument("later") with { DueAt = Clock.Now.AddTicks(1) });
        await Add(NewDocument("due") with { DueAt = Clock.Now });
        await Add(FullDocument("closed"));
        Assert.Equal("open later", Ids(await PageAcross(Across with { Open = true })));
        Assert.Equal("due closed", Ids(await PageAcross(Across with { Open = false })));
        Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("open", Ids(await PageAcross(Across with { Open = true })));
    }

    [Fact]
    public async Task A_list_across_can_be_of_one_status_and_of_a_span_of_time()
    {
        await AddInOrder("a", "b", "c", "d");
        await ChangeStatus("b", "closed");
        await ChangeStatus("d", "closed");
        var b = (await Find("b"))!.CreatedAt;
        Assert.Equal("d b", Ids(await PageAcross(Across with { Status = "closed" })));
        Assert.Equal("d c b", Ids(await PageAcross(Across with { CreatedFrom = b })));
        Assert.Equal("a", Ids(await PageAcross(Across with { CreatedBefore = b })));
        var span = Across with { CreatedFrom = b, CreatedBefore = b.AddTicks(2), Limit = 1 };
        Assert.Equal("c b", Ids(await PagesAcross(span)));
    }

    [Fact]
    public async Task A_purged_document_is_not_listed_across()
    {
        await Add(NewDocument("gone") with { PurgeAt = Clock.Now });
        await Add(NewDocument("kept") with { PurgeAt = Clock.Now.AddTicks(1) });
        Assert.Equal("kept", Ids(await PageAcross(Across with { Limit = 1 })));
    }

    [Fact]
    public async Task A_list_across_can_begin_with_the_oldest()
    {
        await AddInOrder("a", "b", "c", "d");
        await Add(FullDocument("e") with { Partition = OtherPartition, CreatedAt = Clock.Now.AddTicks(9) });
        var span = Across with { Order = ListOrder.OldestFirst, CreatedFrom = (await Find("b"))!.CreatedAt, Limit = 2 };
        Assert.Equal("b c d e", Ids(await PagesAcross(span)));
        Assert.Equal("b c", Ids(await PagesAcross(span with { CreatedBefore = (await Find("d"))!.CreatedAt })));
    }

    [Fact]
    public async Task A_list_across_can_be_of_events_by_what_their_index_begins_with()
    {
        Document Event(string id, string index, string account = "acct") => FullDocument(id) with
        {
            Kind = AcrossQuery.EventKind,
            Key = null,
            Lifetime = null,
            Index = index,
            Account = account,
            Partition = $"{account}{Partition[4..]}",
            CreatedAt = Clock.Now.AddTicks(id[0]),
        };

        await Add(Event("a", "pending:one"));
        await Add(Event("b", "failed"));
        await Add(Event("c", "pending:two") with { Partition = OtherPartition });
        await Add(Event("d", "delivered"));
        await Add(Event("e", "failed", "acct2"));
        await Add(FullDocument("f"));
        var events = Across with { Kinds = [AcrossQuery.EventKind], Initials = "pdf", Limit = 2 };
        Assert.Equal("d c b a", Ids(await PagesAcross(events)));
        Assert.Equal("a b c d", Ids(await PagesAcross(events with { Order = ListOrder.OldestFirst })));
        Assert.Equal("c a", Ids(await PagesAcross(events with { Initials = "p" })));
        Assert.Equal("b", Ids(await PagesAcross(events with { Initials = "f" })));
    }

    [Fact]
    public async Task A_list_across_can_be_of_what_has_a_term_in_one_account_or_in_all()
    {
        var other = NewDocument("c") with { Account = "acct2", Partition = $"acct2{OtherPartition[4..]}" };
        await Add(NewDocument("a") with { Terms = "one two" });
        var second = NewDocument("b") with { Terms = "two", Partition = OtherPartition };
        await Add(second with { CreatedAt = Clock.Now.AddTicks(1) });
        await Add(other with { Terms = "two three", CreatedAt = Clock.Now.AddTicks(2) });
        await Add(NewDocument("d"));
        var having = Across with { Terms = ["two"] };
        Assert.Equal("b a", Ids(await PageAcross(having)));
        Assert.Equal("b", Ids(await PageAcross(having with { Limit = 1 })));
        Assert.Equal("a", Ids(await PageAcross(having with { Terms = ["one"] })));
        Assert.Equal("c b a", Ids(await PageAcross(having with { AllAccounts = true })));
        Assert.Equal("c a", Ids(await PageAcross(having with { AllAccounts = true, Terms = ["one", "three"] })));
        Assert.Empty(await PageAcross(having with { Kinds = [OtherKind] }));
    }

    [Fact]
    public async Task What_a_document_is_found_by_changes_and_goes_with_it()
    {
        var a = await Add(NewDocument("a") with { Terms = "one two" });
        await Store.Commit(Partition, [new Write.Replace(a with { Terms = "two four" })], CancellationToken.None);
        Assert.Empty(await PageAcross(Across with { Terms = ["one"] }));
        Assert.Equal("a", Ids(await PageAcross(Across with { Terms = ["four"] })));
        Assert.Equal("two four", (await Find("a"))!.Terms);
        await Store.Commit(Partition, [new Write.Delete("a")], CancellationToken.None);
        Assert.Empty(await PageAcross(Across with { Terms = ["four", "two"] }));
    }

    [Fact]
    public async Task How_many_an_account_has_of_a_kind_and_a_state_is_kept_up_with_every_write()
    {
        await Add(NewDocument("one") with { Kind = "counted", DueAt = Clock.Now });
        await Add(NewDocument("two") with { Kind = "counted", Partition = OtherPartition });
        var other = NewDocument("other") with { Kind = "counted", Account = "acct2" };
        await Add(other with { Partition = $"acct2{OtherPartition[4..]}" });
        Assert.Equal((2, 0), await Counted("counted"));

        var one = (await Find("one"))!;
        var closed = one with
        {
            Lifetime = one.Lifetime! with { Open = false }, DueAt = null, PurgeAt = Clock.Now.AddHours(1),
        };
        Assert.Equal(StoreOutcome.Done, (await Store.Commit(Partition, [new Write.Replace(closed)], default)).Outcome);
        Assert.Equal((1, 1), await Counted("counted"));

        Clock.Advance(TimeSpan.FromHours(2));
        await Store.Purge(Clock.Now, 100, CancellationToken.None);
        Assert.Equal((1, 0), await Counted("counted"));
        await Store.Commit(OtherPartition, [new Write.Delete("two")], CancellationToken.None);
        Assert.Equal((0, 0), await Counted("counted"));
    }

    private async Task<(long Open, long Closed)> Counted(string kind) =>
        (await Counted(kind, CountQuery.OpenState), await Counted(kind, CountQuery.ClosedState));

    private async Task<long> Counted(string kind, string state) =>
        (await Store.Count(CountQuery.Across("acct", kind, state), CancellationToken.None)).OrNull()!.Value;

    private async Task<IReadOnlyList<Document>> PageAcross(AcrossQuery query)
    {
        var result = await Store.ListAcross(query, CancellationToken.None);
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        Assert.InRange(result.Value!.Count, 0, query.Limit);
        return result.Value;
    }

    private async Task<List<Document>> PagesAcross(AcrossQuery query)
    {
        var all = new List<Document>();
        for (var page = await PageAcross(query); page.Count > 0; page = await PageAcross(query))
        {
            all.AddRange(page);
            var last = page[^1];
            query = query with { After = new(last.CreatedAt, last.Id, last.Partition) };
        }

        return all;
    }
}
