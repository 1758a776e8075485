using System.Text;
using Sessions.Storage;

namespace Sessions.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    [Theory]
    [InlineData("\t")]
    [InlineData("a/b")]
    [InlineData("a?b#c")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task What_no_document_can_be_called_is_not_found(string id)
    {
        var store = await CreateStore(Clock);

        var read = await store.Read("partition", id, CancellationToken.None);

        Assert.Equal(StoreOutcome.NotFound, read.Outcome);
    }

    [Fact]
    public async Task A_created_document_is_read_as_it_was_written_with_the_version_that_the_commit_gave()
    {
        var created = await Add(FullDocument("full"));
        Assert.NotEmpty(created.ETag);
        await AssertStored(created);
    }

    [Fact]
    public async Task A_document_without_its_optional_fields_is_read_without_them()
    {
        var created = await Add(NewDocument("bare"));
        var stored = await Find("bare");
        AssertSame(created, stored);
        Assert.Null(stored!.Key);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"text":"Zażółć gęślą jaźń 会話 🎧 \u0000 \"quoted\" \\ end"}""")]
    public async Task A_body_is_kept_as_it_is(string body)
    {
        var created = await Add(NewDocument("body") with { Body = Encoding.UTF8.GetBytes(body) });
        await AssertStored(created);
    }

    [Fact]
    public async Task A_body_of_64_kilobytes_is_kept_as_it_is()
    {
        var filling = string.Concat(Enumerable.Range(0, 8 * 1024).Select(number => $"{number:x8}"));
        await AssertStored(
            await Add(NewDocument("large") with { Body = Encoding.UTF8.GetBytes($$"""{"filling":"{{filling}}"}""") }));
    }

    [Fact]
    public async Task Moments_are_exact_to_the_tick_and_come_back_in_utc()
    {
        var moment = new DateTimeOffset(2031, 12, 31, 23, 59, 59, TimeSpan.FromHours(5.5)).AddTicks(9_999_999);
        var document = FullDocument("moment");
        var created = await Add(document with
        {
            CreatedAt = moment,
            Lifetime = document.Lifetime! with { CreatedAt = moment, DateExpiry = moment.AddTicks(1) },
            DueAt = moment.AddTicks(2),
        });
        await AssertStored(created);
        var found = (await Find("moment"))!;
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (found.CreatedAt.Offset, found.Lifetime!.CreatedAt.Offset));
    }

    [Fact]
    public async Task Text_fields_keep_any_unicode_text()
    {
        var document = NewDocument("text", "näme 会話 'x' \"y\" %_");
        var created = await Add(document with
        {
            Index = "Läuft ✓",
            Lifetime = document.Lifetime! with { Status = "Läuft ✓", ClosedReason = "" },
            RequestHash = new string('é', 5000),
        });
        await AssertStored(created);
        AssertSame(created, await FindByKey("näme 会話 'x' \"y\" %_"));
    }

    [Fact]
    public async Task What_has_no_life_of_its_own_is_read_without_one()
    {
        await AssertStored(await Add(LifelessDocument("listed", "by this")));
        await AssertStored(await Add(LifelessDocument("not-listed")));
    }

    [Fact]
    public async Task What_lives_and_is_listed_by_anything_but_its_status_is_a_bug()
    {
        var document = NewDocument("wrong") with { Index = "another" };

        await Assert.ThrowsAsync<ArgumentException>(async () => await Commit(new Write.Create(document)));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await Add(NewDocument("there", "key"));
        Assert.Null(await Find("absent"));
        Assert.Null(await Find("key"));
        Assert.Null(await FindByKey("absent"));
        Assert.Null(await FindByKey("there"));
    }

    [Fact]
    public async Task A_document_is_read_by_its_key()
    {
        var created = await Add(FullDocument("keyed"));
        AssertSame(created, await FindByKey("key-keyed"));
    }

    [Fact]
    public async Task Names_are_told_apart_by_case()
    {
        var lower = await Add(NewDocument("name", "key"));
        var upper = await Add(NewDocument("NAME", "KEY"));
        await AssertStored(lower);
        AssertSame(upper, await FindByKey("KEY"));
    }

    [Fact]
    public async Task Partitions_are_apart()
    {
        var here = await Add(NewDocument("same", "key"));
        var there = await Add(NewDocument("same", "key") with { Partition = OtherPartition, RequestHash = "there" });
        await AssertStored(here);
        AssertSame(there, (await Store.Read(OtherPartition, "same", CancellationToken.None)).Value);
        AssertSame(there, (await Store.ReadByKey(OtherPartition, "key", CancellationToken.None)).Value);
    }

    [Fact]
    public async Task A_taken_id_is_a_conflict_and_its_document_stays()
    {
        var first = await Add(NewDocument("taken"));
        AssertRefused(StoreOutcome.Conflict, 0, await Commit(new Write.Create(FullDocument("taken"))));
        await AssertStored(first);
    }

    [Fact]
    public async Task A_taken_key_is_a_conflict_whatever_the_kind()
    {
        await Add(NewDocument("first", "key"));
        var second = NewDocument("second", "key") with { Kind = OtherKind };
        AssertRefused(StoreOutcome.Conflict, 0, await Commit(new Write.Create(second)));
        Assert.Null(await Find("second"));
        Assert.Equal("first", (await FindByKey("key"))?.Id);
    }

    [Fact]
    public async Task Documents_without_a_key_are_not_in_each_others_way()
    {
        await Add(NewDocument("one"));
        await Add(NewDocument("two"));
        Assert.NotNull(await Find("one"));
    }

    [Fact]
    public async Task Every_write_gives_another_version()
    {
        var first = await Add(NewDocument("one"));
        var second = await Add(NewDocument("two"));
        var third = await Commit(new Write.Replace(first));
        Assert.Equal(3, new[] { first.ETag, second.ETag, Assert.Single(third.ETags) }.Distinct().Count());
    }
}
