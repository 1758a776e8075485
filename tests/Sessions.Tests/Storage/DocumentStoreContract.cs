using System.Text;
using Sessions.Lifecycle;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage;

/// <summary>
/// What every store must do. A store's own test class derives from this and makes the store. Names are new for each
/// test, so a store may live longer than one test.
/// </summary>
public abstract partial class DocumentStoreContract : IAsyncLifetime
{
    private readonly string _run = Guid.NewGuid().ToString("N")[..12];

    protected FakeClock Clock { get; } = new();

    protected IDocumentStore Store { get; private set; } = null!;

    /// <summary>Whether the database may have done what it did not say.</summary>
    protected virtual bool LosesAnswers => false;

    protected string Partition => $"acct:test:{_run}";

    protected string OtherPartition => $"acct:other:{_run}";

    protected string Kind => $"test/{_run}";

    protected string OtherKind => $"test/{_run}-other";

    public async Task InitializeAsync() => Store = await CreateStore(Clock);

    public virtual async Task DisposeAsync()
    {
        if (Store is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }

    /// <summary>A store that is empty, or that other tests' documents do not disturb.</summary>
    protected abstract Task<IDocumentStore> CreateStore(TimeProvider clock);

    protected Document NewDocument(string id, string? key = null) => new()
    {
        Partition = Partition,
        Id = id,
        Kind = Kind,
        Key = key,
        Account = "acct",
        Index = "open",
        CreatedAt = Clock.Now,
        UpdatedAt = Clock.Now,
        Lifetime = new Lifetime { Status = "open", Open = true, CreatedAt = Clock.Now, UpdatedAt = Clock.Now },
        Body = Encoding.UTF8.GetBytes($$"""{"name":"{{id}}"}"""),
    };

    /// <summary>A document with something in every field, and moments that only ticks tell apart.</summary>
    protected Document FullDocument(string id) => NewDocument(id, $"key-{id}") with
    {
        Index = "in-progress",
        UpdatedAt = Clock.Now.AddTicks(1),
        Lifetime = new Lifetime
        {
            Status = "in-progress",
            Open = false,
            CreatedAt = Clock.Now,
            UpdatedAt = Clock.Now.AddTicks(1),
            StartedAt = Clock.Now.AddTicks(2),
            EndedAt = Clock.Now.AddTicks(3),
            LastActivityAt = Clock.Now.AddTicks(4),
            TtlSeconds = int.MaxValue,
            DateExpiry = Clock.Now.AddTicks(5),
            ClosedReason = "date-expiry",
        },
        DueAt = Clock.Now.AddTicks(6),
        PurgeAt = Clock.Now.AddDays(30).AddTicks(7),
        RequestHash = "sha256:0a1b",
    };

    /// <summary>A document without a life of its own.</summary>
    protected Document LifelessDocument(string id, string? index = null) =>
        NewDocument(id) with { Index = index, Lifetime = null };

    protected ValueTask<CommitResult> Commit(params Write[] writes) =>
        Store.Commit(Partition, writes, CancellationToken.None);

    /// <summary>Adds it, and gives it back with its version.</summary>
    protected async Task<Document> Add(Document document)
    {
        var result = await Store.Commit(document.Partition, [new Write.Create(document)], CancellationToken.None);
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        return document with { ETag = Assert.Single(result.ETags) };
    }

    protected async Task<Document?> Find(string id)
    {
        var result = await Store.Read(Partition, id, CancellationToken.None);
        Assert.Equal(result.Value is null ? StoreOutcome.NotFound : StoreOutcome.Done, result.Outcome);
        return result.Value;
    }

    protected async Task<Document?> FindByKey(string key)
    {
        var result = await Store.ReadByKey(Partition, key, CancellationToken.None);
        Assert.Equal(result.Value is null ? StoreOutcome.NotFound : StoreOutcome.Done, result.Outcome);
        return result.Value;
    }

    protected async Task AssertStored(Document expected) => AssertSame(expected, await Find(expected.Id));

    protected static void AssertSame(Document expected, Document? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(Encoding.UTF8.GetString(expected.Body.Span), Encoding.UTF8.GetString(actual.Body.Span));
        Assert.Equal(expected with { Body = default }, actual with { Body = default });
    }

    protected static void AssertRefused(StoreOutcome outcome, int failedWrite, CommitResult result)
    {
        Assert.Equal(outcome, result.Outcome);
        Assert.Equal(failedWrite, result.FailedWrite);
        Assert.Empty(result.ETags);
    }
}
