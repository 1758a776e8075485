using Microsoft.Azure.Cosmos;
using Sessions.StandIn;

namespace Sessions.Tests.StandIn;

/// <summary>An account of its own with one container, and clients of it.</summary>
internal sealed class CosmosHouse : IAsyncDisposable
{
    private readonly List<CosmosClient> _clients = [];
    private readonly CosmosAccount _account;

    private CosmosHouse(CosmosAccount account) => _account = account;

    /// <summary>What the tests may turn and read of the container.</summary>
    public ContainerControl Control => _account.Container("tests", "items");

    public static async Task<CosmosHouse> Open(
        CosmosAccountOptions options, Action<IndexingPolicy>? index = null, int? units = null)
    {
        var house = new CosmosHouse(await CosmosAccount.Start(options));
        var container = new ContainerProperties("items", "/partition") { DefaultTimeToLive = -1 };
        index?.Invoke(container.IndexingPolicy);
        Database database = await house.NewClient().CreateDatabaseAsync("tests");
        await database.CreateContainerAsync(container, units);
        return house;
    }

    /// <summary>The container through a client that knows nothing of what others did.</summary>
    public Container NewContainer() => NewClient().GetContainer("tests", "items");

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _account.DisposeAsync();
    }

    private CosmosClient NewClient()
    {
        _clients.Add(new($"AccountEndpoint={_account.Address};AccountKey=c3RhbmQtaW4=", new()
        {
            ConnectionMode = ConnectionMode.Gateway,
            LimitToEndpoint = true,
            MaxRetryAttemptsOnRateLimitedRequests = 0,
            UseSystemTextJsonSerializerWithOptions = System.Text.Json.JsonSerializerOptions.Web,
        }));
        return _clients[^1];
    }
}

/// <summary>An item of these tests.</summary>
internal sealed record Thing(string Id, string Partition, string Text = "", int Number = 0);
