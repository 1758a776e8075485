using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sessions.Telemetry;

namespace Sessions.Storage.Cosmos;

/// <summary>Adds the Cosmos store to an app.</summary>
public static class CosmosServices
{
    /// <summary>
    /// Adds the store, and a look at its container and its time before the app takes requests. Where the machine's
    /// clock is far from the store's, all of the app goes by the store's.
    /// </summary>
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
        services.AddStoreClock();
    }

    private static void AddStoreClock(this IServiceCollection services)
    {
        var own = services.Last(service => service.ServiceType == typeof(TimeProvider));
        services.Remove(own);
        services.AddSingleton(provider => new StoreClock(
            (TimeProvider)(own.ImplementationInstance ?? own.ImplementationFactory!(provider))));
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<StoreClock>());
        services.AddSingleton<IHostedService>(provider => new CosmosTime(
            provider.GetRequiredService<CosmosDocumentStore>(),
            provider.GetRequiredService<StoreClock>(),
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<ILogger<CosmosTime>>()));
    }

    private sealed class StartCheck(CosmosDocumentStore store) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => store.Check(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
