using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.StandIn;
using Sessions.Storage;
using Sessions.Storage.Cosmos;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>Which region of an account is asked, when there are several.</summary>
[Trait("Host", "Kestrel")]
public sealed class RegionTests
{
    private const string Partition = "acme:test";
    private const string Writable = "127.0.0.1";
    private const string Near = "northeurope.standin";

    [Fact]
    public async Task Reads_go_to_the_first_region_that_is_named_and_writes_to_the_one_that_takes_them()
    {
        await using var account = await Account();
        using var store = await Open(account, out var regions, "northeurope", "West Europe");

        await store.Commit(Partition, [new Write.Create(Made("one"))], CancellationToken.None);
        var found = await store.Read(Partition, "one", CancellationToken.None);

        Assert.Equal(StoreOutcome.Done, found.Outcome);
        Assert.Equal([("POST", Writable), ("GET", Near)], regions.Seen);
    }

    [Fact]
    public async Task A_read_that_is_not_answered_is_asked_of_the_next_region_and_a_write_is_not()
    {
        string[] named = ["westeurope", "northeurope"];
        await using var account = await Account();
        using var reading = await Open(account, out var read, named);
        using var writing = await Open(account, out var written, TimeSpan.FromSeconds(1), named);
        await reading.Commit(Partition, [new Write.Create(Made("one"))], CancellationToken.None);
        read.Seen.Clear();

        (read.Silent, written.Silent) = (Writable, Writable);
        var found = await reading.Read(Partition, "one", CancellationToken.None);
        var made = await writing.Commit(Partition, [new Write.Create(Made("two"))], CancellationToken.None);

        Assert.Equal(StoreOutcome.Done, found.Outcome);
        Assert.Equal([("GET", Writable), ("GET", Near)], read.Seen);
        Assert.Equal(StoreOutcome.Unavailable, made.Outcome);
        Assert.All(written.Seen, seen => Assert.Equal(("POST", Writable), seen));
    }

    [Fact]
    public async Task Without_regions_all_goes_where_the_account_is()
    {
        await using var account = await Account();
        using var store = await Open(account, out var regions);

        await store.Commit(Partition, [new Write.Create(Made("one"))], CancellationToken.None);
        await store.Read(Partition, "one", CancellationToken.None);

        Assert.All(regions.Seen, seen => Assert.Equal(Writable, seen.Region));
    }

    private static Task<CosmosAccount> Account() =>
        CosmosAccount.Start(new() { Regions = ["West Europe", "North Europe"] });

    // Who is to be answered has time for it, however busy the machine is.
    private static Task<CosmosDocumentStore> Open(
        CosmosAccount account, out Regions regions, params string[] named) =>
        Open(account, out regions, TimeSpan.FromMinutes(1), named);

    private static Task<CosmosDocumentStore> Open(
        CosmosAccount account, out Regions regions, TimeSpan patience, params string[] named)
    {
        var seen = regions = new(account.Address);
        return Checked(CosmosDocumentStore.Open(
            new("tests", "regions")
            {
                ConnectionString = $"AccountEndpoint={account.Address};AccountKey=c3RhbmQtaW4=",
                Gateway = true,
                Regions = named,
                Patience = patience,
            },
            TimeProvider.System,
            NullLogger<CosmosDocumentStore>.Instance,
            () => new(seen, disposeHandler: false)));
    }

    private static async Task<CosmosDocumentStore> Checked(CosmosDocumentStore store)
    {
        await store.Check(CancellationToken.None);
        return store;
    }

    private static Document Made(string id) => new()
    {
        Partition = Partition,
        Id = id,
        Kind = "test",
        Account = "acme",
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
        Body = "{}"u8.ToArray(),
    };

    /// <summary>Brings what is sent to any region to the one there is, and notes where it was to go.</summary>
    private sealed class Regions(Uri address) : DelegatingHandler(new SocketsHttpHandler())
    {
        public ConcurrentQueue<(string Method, string Region)> Seen { get; } = new();

        /// <summary>The region that answers nothing about items.</summary>
        public string? Silent { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var uri = request.RequestUri!;
            if (uri.AbsolutePath.Contains("/docs", StringComparison.Ordinal))
            {
                Seen.Enqueue((request.Method.Method, uri.Host));
                if (uri.Host == Silent)
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
            }

            request.RequestUri = new UriBuilder(uri) { Host = address.Host }.Uri;
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
