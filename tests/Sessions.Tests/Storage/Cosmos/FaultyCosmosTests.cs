using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>The contract when Cosmos DB answers a fifth of all requests with 429 and a twentieth with 503.</summary>
public sealed class FaultyCosmosTests : DocumentStoreContract
{
    private CosmosDocumentStore? _store;

    protected override bool LosesAnswers => true;

    public override Task DisposeAsync()
    {
        _store?.Dispose();
        return Task.CompletedTask;
    }

    protected override async Task<IDocumentStore> CreateStore(TimeProvider clock) =>
        _store = await CosmosStandIn.OpenStore(clock, () => new StandInFaults("429=0.2,503=0.05"));
}
