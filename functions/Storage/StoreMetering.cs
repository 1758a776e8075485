using Microsoft.Extensions.DependencyInjection;

namespace Sessions.Storage;

/// <summary>Puts the metrics in front of the store.</summary>
internal static class StoreMetering
{
    /// <summary>Measures the store that has been added, whichever it is.</summary>
    public static IServiceCollection AddStoreMetrics(this IServiceCollection services)
    {
        var store = services.Last(service => service.ServiceType == typeof(IDocumentStore));
        services.Remove(store);
        return services.AddSingleton<StoreMetrics>().AddSingleton<IDocumentStore>(provider => new MeteredStore(
            (IDocumentStore)(store.ImplementationInstance ?? store.ImplementationFactory!(provider)),
            provider.GetRequiredService<StoreMetrics>(),
            ends: store.ImplementationInstance is null));
    }
}
