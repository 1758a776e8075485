using System.Net.Sockets;
using Sessions.Storage;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>What the service refuses for a while, and what callers are told when it does not end.</summary>
public sealed class FaultTests : CosmosTests
{
    protected override TimeSpan Patience => TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData(408)]
    [InlineData(410)]
    [InlineData(429)]
    [InlineData(449)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_fault_that_passes_is_not_noticed(int status)
    {
        Wire.Refuse(status);
        var created = await Add(NewDocument("one"));
        Wire.Refuse(status);
        Assert.NotNull(await Find("one"));
        Wire.Refuse(status);
        var result = await Commit(
            new Write.Replace(created with { RequestHash = "new" }), new Write.Create(NewDocument("two")));
        Assert.Equal(StoreOutcome.Done, result.Outcome);
    }

    [Fact]
    public async Task A_refused_connection_that_comes_back_is_not_noticed()
    {
        Wire.RefuseConnection(2);
        await Add(NewDocument("one"));
        Wire.RefuseConnection(2);
        Assert.NotNull(await Find("one"));
    }

    [Fact]
    public async Task A_connection_that_breaks_as_it_is_made_or_in_an_answer_is_not_noticed()
    {
        // What HttpClient throws as it is when the other side is gone before it has looked at the connection.
        Wire.Fail(new SocketException((int)SocketError.NotConnected));
        await Add(NewDocument("one"));
        Wire.Fail(new SocketException((int)SocketError.NotConnected));
        Assert.NotNull(await Find("one"));
        Wire.Fail(new HttpIOException(HttpRequestError.ResponseEnded));
        Assert.NotNull(await Find("one"));
    }

    [Fact]
    public async Task Throttling_beyond_the_patience_keeps_its_delay()
    {
        Wire.Refuse(429, times: 6, "4000");

        var commit = await Commit(new Write.Create(NewDocument("one")));
        var read = await Store.Read(Partition, "one", CancellationToken.None);
        var list = await Store.List(new(Partition, Kind, 10), CancellationToken.None);

        Assert.Equal((StoreOutcome.Throttled, TimeSpan.FromSeconds(4)), (commit.Outcome, commit.RetryAfter));
        Assert.Equal((StoreOutcome.Throttled, TimeSpan.FromSeconds(4)), (read.Outcome, read.RetryAfter));
        Assert.Equal((StoreOutcome.Throttled, TimeSpan.FromSeconds(4)), (list.Outcome, list.RetryAfter));
    }

    [Fact]
    public async Task What_could_not_be_answered_in_time_any_more_is_not_sent_again()
    {
        Wire.Refuse(429, times: 1, "2900");

        var read = await Store.Read(Partition, "one", CancellationToken.None);

        Assert.Equal((StoreOutcome.Throttled, TimeSpan.FromSeconds(2.9)), (read.Outcome, read.RetryAfter));
    }

    [Fact]
    public async Task A_throttled_batch_keeps_its_delay()
    {
        Wire.Refuse(429, times: 1, "4000");

        var result = await Commit(new Write.Create(NewDocument("one")), new Write.Create(NewDocument("two")));

        Assert.Equal((StoreOutcome.Throttled, TimeSpan.FromSeconds(4)), (result.Outcome, result.RetryAfter));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(503)]
    public async Task What_does_not_end_is_unavailable(int status)
    {
        Wire.Refuse(status, times: 500);

        Assert.Equal(StoreOutcome.Unavailable, (await Commit(new Write.Create(NewDocument("one")))).Outcome);
        Assert.Equal(
            StoreOutcome.Unavailable, (await Store.Read(Partition, "one", CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task A_query_that_is_gone_for_good_ends_with_the_patience()
    {
        Wire.Refuse(410, times: 10_000);

        var list = await Store.List(new(Partition, Kind, 10), CancellationToken.None);

        Assert.Equal(StoreOutcome.Unavailable, list.Outcome);
    }

    [Fact]
    public async Task A_container_that_is_gone_is_unavailable_and_not_an_empty_list()
    {
        Wire.Refuse(404, times: 500);

        var list = await Store.List(new(Partition, Kind, 10), CancellationToken.None);

        Assert.Equal(StoreOutcome.Unavailable, list.Outcome);
    }

    [Fact]
    public async Task A_storm_of_other_writers_ends_in_a_change_that_is_made_once()
    {
        await Add(NewDocument("one") with { RequestHash = "" });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while ((await Commit(new Write.Replace(Mark((await Find("one"))!)))).Outcome is not StoreOutcome.Done)
            {
            }
        })));

        Assert.Equal("||||||||", (await Find("one"))!.RequestHash);
    }

    [Fact]
    public async Task A_document_too_large_for_any_store_is_a_bug_and_asks_nobody()
    {
        var large = NewDocument("one") with { Body = new byte[CommitRules.MaxBodyBytes + 1] };

        var requests = await Wire.RequestsOf(() => Assert.ThrowsAsync<ArgumentException>(
            () => Commit(new Write.Create(large))));

        Assert.Equal(0, requests);
    }

    private static Document Mark(Document document) => document with { RequestHash = document.RequestHash + "|" };
}
