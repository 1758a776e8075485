using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sessions.Configuration;
using Sessions.Http;
using Sessions.Http.OpenApi;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>What the surface is made of.</summary>
public static class ProxyServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddTwilioProxy(
        this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton<ProxySurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<ProxySurface>())
        .AddDescription(() => ProxyDescription.Surface)
        .AddSingleton<ProxyLists>()
        .AddSingleton<ServiceDirectory>()
        .AddNumbers()
        .AddSessions()
        .AddMessages(configuration)
        .AddInbound();

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

    private static IServiceCollection AddMessages(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<MessageCreation>().AddSingleton<IOutboxSender, CallbackSender>();
        if (new SettingsSection(configuration.GetSection("Messaging")).Address("WebhookUrl") is not { } webhook)
        {
            return services.AddSingleton<IMessageSender, QueuedMessages>();
        }

        return services
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<WebhookMessages>(provider, webhook))
            .AddSingleton<IMessageSender>(provider => provider.GetRequiredService<WebhookMessages>())
            .AddSingleton<IOutboxSender>(provider => provider.GetRequiredService<WebhookMessages>());
    }

    // The traffic's parts are nobody else's business, so its constructor is not public.
    private static IServiceCollection AddInbound(this IServiceCollection services) => services
        .AddSingleton<InboundSurface>()
        .AddSingleton<ApplicationCalls>()
        .AddSingleton<Whereabouts>()
        .AddSingleton<InboundRecording>()
        .AddSingleton<OutOfSession>()
        .AddSingleton(provider => new InboundTraffic(
            provider.GetRequiredService<Whereabouts>(),
            provider.GetRequiredService<InboundRecording>(),
            provider.GetRequiredService<OutOfSession>(),
            provider.GetRequiredService<ApplicationCalls>(),
            provider.GetRequiredService<ILogger<InboundTraffic>>()));
}
