using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>The contract on Cosmos DB.</summary>
public sealed class CosmosDocumentStoreTests : DocumentStoreContract
{
    private CosmosDocumentStore? _store;

    public override Task DisposeAsync()
    {
        _store?.Dispose();
        return Task.CompletedTask;
    }

    protected override async Task<IDocumentStore> CreateStore(TimeProvider clock) =>
        _store = await CosmosStandIn.OpenStore(clock);
}
