using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;
using Sessions.Http.OpenApi;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>What the surface is made of.</summary>
public static class CamaraServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddCamaraWebRtc(this IServiceCollection services) => services
        .AddSingleton<CamaraSurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<CamaraSurface>())
        .AddDescription(() => CamaraDescription.Surface)
        .AddSingleton<OwnDocuments>()
        .AddSingleton<CallDocuments>()
        .AddSingleton<Calls>()
        .AddSingleton<IDueHandler, CallExpiry>()
        .AddSingleton<ISessionKindInfo, CallKindInfo>()
        .AddSingleton<RegistrationDocuments>()
        .AddSingleton<Registrations>()
        .AddSingleton<IDueHandler, RegistrationEnd>()
        .AddSingleton<SubscriptionDocuments>()
        .AddSingleton<Subscriptions>()
        .AddSingleton<IDueHandler, SubscriptionEnd>()
        .AddSingleton<IOutboxRelay, NewsRelay>()
        .AddSingleton<IOutboxSender, NotificationSender>();
}
