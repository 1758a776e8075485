using Microsoft.Extensions.DependencyInjection;
using Sessions.Outbox;
using Sessions.StandIn;
using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Tests.Limits;

/// <summary>The service over a container of the stand-in whose partitions' ceilings a test turns down.</summary>
internal sealed class CeilingScene : IAsyncDisposable
{
    private readonly CosmosDocumentStore _store;

    private CeilingScene(SessionsApp app, CosmosDocumentStore store, ContainerControl container) =>
        (App, _store, Container) = (app, store, container);

    /// <summary>The service.</summary>
    public SessionsApp App { get; }

    /// <summary>Its container.</summary>
    public ContainerControl Container { get; }

    /// <summary>Starts it.</summary>
    /// <param name="sends">Whether events are sent out.</param>
    public static async Task<CeilingScene> Start(bool sends)
    {
        CosmosSettings? settings = null;
        var store = await CosmosStandIn.OpenStore(
            new FakeClock(), adjust: given => settings = given with { Patience = TimeSpan.FromSeconds(2) });
        var app = await SessionsApp.Start(builder =>
        {
            builder.Services.AddSingleton<IDocumentStore>(_ => store);
            if (!sends)
            {
                builder.Services.AddSingleton(new OutboxSettings { Parallelism = 0, WaitingPerHost = 0 });
            }
        });
        return new(app, store, await CosmosStandIn.ContainerOf(settings!));
    }

    /// <summary>How many of a kind are stored.</summary>
    public int Stored(string kind) =>
        Container.Items.Count(item => item.Json.GetProperty("kind").GetString() == kind);

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        _store.Dispose();
    }
}
