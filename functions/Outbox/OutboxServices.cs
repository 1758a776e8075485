using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sessions.Storage;

namespace Sessions.Outbox;

/// <summary>What the outbox is made of.</summary>
public static class OutboxServices
{
    /// <summary>Adds the outbox. Each surface adds its <see cref="IOutboxSender"/>.</summary>
    public static IServiceCollection AddOutbox(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(OutboxSettings.From(configuration));
        services.TryAddSingleton(new WatchCost(IsFree: false));
        return services
            .AddSingleton<TargetPolicy>()
            .AddSingleton<TargetClient>()
            .AddSingleton<StandardWebhooks>()
            .AddSingleton<Targets>()
            .AddSingleton<Attempts>()
            .AddSingleton<WaitingLanes>()
            .AddSingleton<OutboxMetrics>()
            .AddSingleton<LaneDelivery>()
            .AddSingleton<OwnEvents>()
            .AddSingleton(provider => new OutboxBell(
                provider.GetRequiredService<WaitingLanes>(),
                provider.GetRequiredService<OwnEvents>(),
                provider.GetRequiredService<OutboxSettings>()))
            .AddSingleton<Resending>()
            .AddSingleton<DueEvents>()
            .AddHostedService<OutboxWorkers>()
            .AddHostedService<LeftEvents>();
    }
}
