using Sessions.StandIn;
using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>The contract with so little throughput that most tests are told to come later.</summary>
public sealed class ThrottledCosmosTests : DocumentStoreContract
{
    private CosmosDocumentStore? _store;

    public override Task DisposeAsync()
    {
        _store?.Dispose();
        return Task.CompletedTask;
    }

    protected override async Task<IDocumentStore> CreateStore(TimeProvider clock)
    {
        CosmosSettings? used = null;
        _store = await CosmosStandIn.OpenStore(
            clock, null, settings => used = settings with { Patience = TimeSpan.FromMinutes(3) });
        await CosmosStandIn.Throttle(used!, 400);
        return _store;
    }
}

/// <summary>The contract in an account that promises no more than Session: of one process it asks no more.</summary>
public sealed class SessionCosmosTests : DocumentStoreContract
{
    private CosmosDocumentStore? _store;

    public override Task DisposeAsync()
    {
        _store?.Dispose();
        return Task.CompletedTask;
    }

    protected override async Task<IDocumentStore> CreateStore(TimeProvider clock) =>
        _store = await CosmosStandIn.OpenStore(clock, level: Consistency.Session);
}
