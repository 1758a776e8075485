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
        .AddNumbers()
        .AddSessions();

    private static IServiceCollection AddNumbers(this IServiceCollection services) => services
        .AddSingleton<NumberRegistry>()
        .AddSingleton<NumberPools>()
        .AddSingleton<NumberAdmission>()
        .AddSingleton<AskedNumbers>()
        .AddSingleton<NumberChoices>()
        .AddSingleton<ServiceNumbers>();

    private static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSingleton<SessionDocuments>()
        .AddSingleton<ClaimLists>()
        .AddSingleton<SessionChanges>()
        .AddSingleton<SessionDirectory>()
        .AddSingleton<ParticipantCreation>()
        .AddSingleton<IDueHandler, SessionRemains>()
        .AddSingleton<IDueHandler, SessionExpiry>()
        .AddSingleton<ISessionKindInfo, SessionKindInfo>()
        .AddSingleton<IDueHandler, DeletedServices>();
}
