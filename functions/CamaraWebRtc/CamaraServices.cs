using Microsoft.Extensions.DependencyInjection;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.OpenApi;
using Sessions.Outbox;

namespace Sessions.CamaraWebRtc;

/// <summary>What the surface is made of.</summary>
public static class CamaraServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddCamaraWebRtc(this IServiceCollection services) => services
        .AddSingleton<CamaraSurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<CamaraSurface>())
        .AddDescription(() => CamaraDescription.Surface)
        .AddSingleton<OwnThings>()
        .AddSessionKind<MediaSessionKind>()
        .AddSingleton<Calls>()
        .AddDueKind<RegistrationKind>()
        .AddSingleton<Registrations>()
        .AddDueKind<SubscriptionKind>()
        .AddSingleton<Subscriptions>()
        .AddSingleton<IOutboxRelay, NewsRelay>()
        .AddSingleton<IOutboxSender, NotificationSender>();
}
