using Sessions.Storage;

namespace Sessions.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    private ListQuery All => new(Partition, Kind, 100);

    [Fact]
    public async Task A_list_without_documents_is_empty() => Assert.Empty(await Page(All));

    [Fact]
    public async Task A_list_gives_whole_documents()
    {
        var created = await Add(FullDocument("one"));
        AssertSame(created, Assert.Single(await Page(All)));
    }

    [Fact]
    public async Task A_list_to_show_gives_all_that_is_shown()
    {
        var created = await Add(FullDocument("one"));

        var listed = Assert.Single(await Page(All with { ToShow = true }));

        AssertSame(created, listed.IsPartial
            ? listed with
            {
                IsPartial = false,
                Key = created.Key,
                RequestHash = created.RequestHash,
                Terms = created.Terms,
                Trail = created.Trail,
                ETag = created.ETag,
            }
            : listed);
    }

    [Theory]
    [InlineData(ListOrder.NewestFirst, "c b a")]
    [InlineData(ListOrder.OldestFirst, "a b c")]
    public async Task A_list_is_in_order_of_creation_to_the_tick(ListOrder order, string expected)
    {
        await AddInOrder("a", "b", "c");
        Assert.Equal(expected, Ids(await Page(All with { Order = order })));
    }

    [Theory]
    [InlineData(ListOrder.NewestFirst, "d c b a")]
    [InlineData(ListOrder.OldestFirst, "a b c d")]
    public async Task Documents_of_one_moment_are_in_order_of_id_over_the_pages_too(ListOrder order, string expected)
    {
        foreach (var id in new[] { "c", "a", "d", "b" })
        {
            await Add(NewDocument(id));
        }

        Assert.Equal(expected, Ids(await Page(All with { Order = order })));
        Assert.Equal(expected, string.Join(' ', await Pages(All with { Order = order, Limit = 1 })));
    }

    [Theory]
    [InlineData(ListOrder.NewestFirst, "g f e d c b a")]
    [InlineData(ListOrder.OldestFirst, "a b c d e f g")]
    public async Task Pages_join_without_gap_or_repeat(ListOrder order, string expected)
    {
        await AddInOrder("a", "b", "c", "d", "e", "f", "g");
        Assert.Equal(expected, string.Join(' ', await Pages(All with { Order = order, Limit = 3 })));
    }

    [Theory]
    [InlineData(ListOrder.NewestFirst, "e d|c b|a")]
    [InlineData(ListOrder.OldestFirst, "a b|c d|e")]
    public async Task A_page_ends_with_the_document_that_fills_it_with_bytes(ListOrder order, string expected)
    {
        var body = System.Text.Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', 1000)}}"}""");
        foreach (var id in new[] { "a", "b", "c", "d", "e" })
        {
            Clock.Advance(TimeSpan.FromTicks(1));
            await Add(NewDocument(id) with { Body = body });
        }

        var pages = new List<string>();
        var query = All with { Order = order, MaxBytes = 1500 };
        while (await Page(query) is [.., var last] page)
        {
            pages.Add(Ids(page));
            Assert.Equal(page.Count == 2, PageBytes.AreFull(page, query.MaxBytes));
            query = query with { After = PositionOf(last) };
        }

        Assert.Equal(expected, string.Join('|', pages));
        var across = Across with { MaxBytes = 1500 };
        Assert.Equal("e d", Ids(await PageAcross(across)));
        Assert.Equal("e d c b a", Ids(await PagesAcross(across)));
    }

    [Theory]
    [InlineData(ListOrder.NewestFirst, "e d", "c b")]
    [InlineData(ListOrder.OldestFirst, "c d", "e f")]
    public async Task A_page_may_begin_behind_so_many_documents(ListOrder order, string page, string next)
    {
        await AddInOrder("a", "b", "c", "d", "e", "f", "g");
        await ChangeStatus("g", "closed");
        var query = All with { Order = order, Limit = 2, Skip = 2 };

        var found = await Page(query);

        Assert.Equal(page, Ids(found));
        var names = await Store.ListNames(query, CancellationToken.None);
        Assert.Equal(found.Select(document => (document.Id, document.ETag)),
            names.Value!.Select(name => (name.Id, name.ETag)));
        Assert.Equal(next, Ids(await Page(query with { Skip = 0, After = PositionOf(found[^1]) })));
        Assert.Equal(
            next[^1..], Ids(await Page(query with { After = PositionOf(found[^1]), Skip = 1, Limit = 1 })));
        Assert.Equal("d c", Ids(await Page(All with { Index = "open", Limit = 2, Skip = 2 })));
        Assert.Empty(await Page(query with { Skip = 7 }));
    }

    [Fact]
    public async Task What_comes_and_goes_between_two_pages_does_not_shift_them()
    {
        await AddInOrder("a", "b", "c", "d", "e");
        var first = await Page(All with { Limit = 2 });
        Assert.Equal("e d", Ids(first));
        await AddInOrder("f");
        await Commit(new Write.Delete("d"));
        await Commit(new Write.Delete("b"));
        Assert.Equal("c a", Ids(await Page(All with { After = PositionOf(first[^1]) })));
    }

    [Fact]
    public async Task Kinds_and_partitions_are_listed_apart()
    {
        await Add(NewDocument("mine"));
        await Add(NewDocument("kind") with { Kind = OtherKind });
        await Add(NewDocument("partition") with { Partition = OtherPartition });
        Assert.Equal("mine", Ids(await Page(All)));
        Assert.Equal("kind", Ids(await Page(All with { Kind = OtherKind })));
        Assert.Equal("partition", Ids(await Page(All with { Partition = OtherPartition })));
    }

    [Fact]
    public async Task A_list_can_be_of_one_status_over_its_pages()
    {
        await AddInOrder("a", "b", "c", "d", "e");
        foreach (var id in new[] { "a", "c", "d" })
        {
            await ChangeStatus(id, "closed");
        }

        var closed = All with { Index = "closed" };
        Assert.Equal("d c a", Ids(await Page(closed)));
        Assert.Equal("a c d", Ids(await Page(closed with { Order = ListOrder.OldestFirst })));
        Assert.Equal("d c a", string.Join(' ', await Pages(closed with { Limit = 1 })));
        Assert.Equal("e b", Ids(await Page(All with { Index = "open" })));
        Assert.Empty(await Page(All with { Index = "" }));
    }

    [Fact]
    public async Task A_change_does_not_move_a_document_in_its_list()
    {
        await AddInOrder("a", "b");
        await ChangeStatus("a", "closed");
        Assert.Equal("b a", Ids(await Page(All)));
    }

    [Fact]
    public async Task A_purged_document_is_not_listed_and_takes_no_place_on_a_page()
    {
        await AddInOrder("a", "b");
        await Add(NewDocument("c") with { PurgeAt = Clock.Now });
        await Add(NewDocument("d") with { PurgeAt = Clock.Now.AddHours(1) });
        Assert.Equal("d b", Ids(await Page(All with { Limit = 2 })));
    }

    [Fact]
    public async Task A_page_holds_a_thousand_and_one()
    {
        foreach (var chunk in Enumerable.Range(0, 1005).Select(number => NewDocument($"n{number:0000}")).Chunk(100))
        {
            await Commit([.. chunk.Select(document => new Write.Create(document))]);
        }

        var page = await Page(All with { Limit = 1001, Order = ListOrder.OldestFirst });
        Assert.Equal(Enumerable.Range(0, 1001).Select(number => $"n{number:0000}"), page.Select(found => found.Id));
    }

    private static ListPosition PositionOf(Document document) => new(document.CreatedAt, document.Id);

    private static string Ids(IEnumerable<Document> documents) =>
        string.Join(' ', documents.Select(document => document.Id));

    private async Task AddInOrder(params string[] ids)
    {
        foreach (var id in ids)
        {
            Clock.Advance(TimeSpan.FromTicks(1));
            await Add(NewDocument(id));
        }
    }

    private async Task ChangeStatus(string id, string status)
    {
        var document = await Find(id);
        var result = await Commit(
            new Write.Replace(document! with
            {
                Index = status,
                Lifetime = document.Lifetime! with { Status = status },
            }));
        Assert.Equal(StoreOutcome.Done, result.Outcome);
    }

    private async Task<IReadOnlyList<Document>> Page(ListQuery query)
    {
        var result = await Store.List(query, CancellationToken.None);
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        Assert.InRange(result.Value!.Count, 0, query.Limit);
        return result.Value;
    }

    private async Task<List<string>> Pages(ListQuery query)
    {
        var ids = new List<string>();
        for (var page = await Page(query); page.Count > 0; page = await Page(query))
        {
            ids.AddRange(page.Select(document => document.Id));
            query = query with { After = PositionOf(page[^1]) };
        }

        return ids;
    }
}
