using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sessions.Lifecycle;

namespace Sessions.Storage;

/// <summary>Puts the guard in front of the store.</summary>
internal static class StoreGuarding
{
    /// <summary>Guards the store that has been added, whichever it is.</summary>
    public static IServiceCollection AddStoreGuard(this IServiceCollection services)
    {
        var store = services.Last(service => service.ServiceType == typeof(IDocumentStore));
        services.Remove(store);
        return services
            .AddSingleton(provider =>
            {
                var log = provider.GetRequiredService<ILogger<StoreGuard>>();
                var real = provider.GetRequiredService<RealTime>();
                var guarded = (IDocumentStore)store.ImplementationFactory!(provider);
                StoreGuard? reads = null;
                StoreGuard? commits = null;
                reads = new("reads", real, log, () => guarded.HeldBack, () => commits is { IsIll: true });
                commits = new("commits", real, log, () => guarded.HeldBack, () => reads.IsIll);
                return new GuardedStore(
                    guarded,
                    reads,
                    commits,
                    new(provider.GetRequiredService<TimeProvider>()));
            })
            .AddSingleton<IDocumentStore>(provider => provider.GetRequiredService<GuardedStore>())
            .AddSingleton(provider => new StoreHealth(
                provider.GetRequiredService<GuardedStore>(), provider.GetRequiredService<TimeProvider>()));
    }
}
