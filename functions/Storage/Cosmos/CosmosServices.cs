using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sessions.Telemetry;

namespace Sessions.Storage.Cosmos;

/// <summary>Adds the Cosmos store to an app.</summary>
public static class CosmosServices
{
    /// <summary>Adds the store, and a look at its container before the app takes requests.</summary>
    public static void AddCosmosStore(this IServiceCollection services, CosmosSettings settings)
    {
        services.AddSingleton(provider => CosmosDocumentStore.Open(
            settings,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CosmosDocumentStore>>(),
            costs: provider.GetRequiredService<StoreCosts>()));
        services.TryAddSingleton<IDocumentStore>(provider => provider.GetRequiredService<CosmosDocumentStore>());
        services.AddSingleton<IHostedService>(provider =>
            new StartCheck(provider.GetRequiredService<CosmosDocumentStore>()));
    }

    private sealed class StartCheck(CosmosDocumentStore store) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => store.Check(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
