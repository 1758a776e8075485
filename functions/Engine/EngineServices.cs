using Microsoft.Extensions.DependencyInjection;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>What the engine is made of.</summary>
internal static class EngineServices
{
    /// <summary>Adds the engine.</summary>
    public static IServiceCollection AddEngine(this IServiceCollection services) => services
        .AddSingleton<Contention>()
        .AddSingleton<Lanes>()
        .AddSingleton<ClockLeap>()
        .AddSingleton<RecentDocuments>()
        .AddSingleton<OnceRecords>()
        .AddSingleton<Repeats>()
        .AddSingleton<Gatherer>()
        .AddSingleton<Rehearsal>()
        .AddSingleton(provider => new Reader(
            provider.GetRequiredService<IDocumentStore>(), provider.GetRequiredService<RecentDocuments>()))
        .AddSingleton(provider => new Settler(
            provider.GetRequiredService<IDocumentStore>(),
            provider.GetRequiredService<OutboxBell>(),
            provider.GetRequiredService<RecentDocuments>(),
            provider.GetRequiredService<ClockLeap>()))
        .AddSingleton(provider => new Changes(
            provider.GetRequiredService<IDocumentStore>(),
            provider.GetRequiredService<OutboxBell>(),
            provider.GetRequiredService<Lanes>(),
            provider.GetRequiredService<Contention>(),
            provider.GetRequiredService<RecentDocuments>(),
            provider.GetRequiredService<OnceRecords>(),
            provider.GetRequiredService<Repeats>(),
            provider.GetRequiredService<Gatherer>(),
            provider.GetRequiredService<Rehearsal>(),
            provider.GetRequiredService<TimeProvider>()));

    /// <summary>Adds a kind of session: the sweep ends it, and the operator sees and closes it.</summary>
    public static IServiceCollection AddSessionKind<TKind>(this IServiceCollection services)
        where TKind : class, ISessionKind => services
        .AddSingleton<TKind>()
        .AddSingleton<ISessionKind>(provider => provider.GetRequiredService<TKind>())
        .AddSingleton<IDueKind>(provider => provider.GetRequiredService<TKind>());

    /// <summary>Adds a kind that the timer must look at.</summary>
    public static IServiceCollection AddDueKind<TKind>(this IServiceCollection services)
        where TKind : class, IDueKind => services
        .AddSingleton<TKind>()
        .AddSingleton<IDueKind>(provider => provider.GetRequiredService<TKind>());
}
