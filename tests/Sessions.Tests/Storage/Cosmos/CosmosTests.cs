using System.Text;
using Sessions.Lifecycle;
using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>A store on the stand-in, with faults on the way: what the tests of this folder begin with.</summary>
public abstract class CosmosTests : IAsyncLifetime
{
    protected const string Partition = "acct:test:1";
    protected const string Kind = "test/thing";

    private CosmosDocumentStore? _store;

    private protected ScriptedFaults Wire { get; } = new();

    protected FakeClock Clock { get; } = new();

    protected IDocumentStore Store => _store!;

    /// <summary>How long a call goes on trying.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(20);

    /// <summary>Where the store keeps its documents.</summary>
    protected CosmosSettings Settings { get; private set; } = null!;

    public virtual async Task InitializeAsync() => _store = await CosmosStandIn.OpenStore(
        Clock, () => Wire, settings => Settings = settings with { Patience = Patience });

    public Task DisposeAsync()
    {
        _store?.Dispose();
        Wire.Dispose();
        return Task.CompletedTask;
    }

    protected Document NewDocument(string id, string? key = null) => new()
    {
        Partition = Partition,
        Id = id,
        Kind = Kind,
        Key = key,
        Account = "acme",
        CreatedAt = Clock.Now,
        UpdatedAt = Clock.Now,
        Lifetime = new Lifetime { Status = "open", Open = true, CreatedAt = Clock.Now, UpdatedAt = Clock.Now },
        Body = Encoding.UTF8.GetBytes($$"""{"name":"{{id}}"}"""),
    };

    protected async Task<CommitResult> Commit(params Write[] writes) =>
        await Store.Commit(Partition, writes, CancellationToken.None);

    protected async Task<Document> Add(Document document)
    {
        var result = await Commit(new Write.Create(document));
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        return document with { ETag = result.ETags[0] };
    }

    protected async Task<Document?> Find(string id) =>
        (await Store.Read(Partition, id, CancellationToken.None)).OrNull();
}
