using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>What the surface is made of.</summary>
public static class ProxyServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddTwilioProxy(this IServiceCollection services) => services
        .AddSingleton<ProxySurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<ProxySurface>())
        .AddSingleton<ProxyLists>()
        .AddSingleton<ServiceDirectory>()
        .AddSingleton<SessionDocuments>()
        .AddSingleton<IDueHandler, SessionExpiry>()
        .AddSingleton<ISessionKindInfo, SessionKindInfo>()
        .AddSingleton<IDueHandler, DeletedServices>();
}
