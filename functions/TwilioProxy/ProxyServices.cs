using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sessions.Configuration;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.OpenApi;
using Sessions.Outbox;

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
        .AddSingleton<ProxyReader>()
        .AddServices()
        .AddNumbers()
        .AddSessions()
        .AddMessages(configuration)
        .AddInbound();

    private static IServiceCollection AddServices(this IServiceCollection services) => services
        .AddSingleton<ProxyServiceKind>()
        .AddSingleton<DeletedServiceKind>()
        .AddDueKind<DeletedServices>();

    private static IServiceCollection AddNumbers(this IServiceCollection services) => services
        .AddSingleton<NumberKinds>()
        .AddSingleton<OwnedNumberKind>()
        .AddSingleton<NumberRegistry>()
        .AddSingleton<NumberPools>()
        .AddSingleton<NumberChoices>()
        .AddSingleton<ServiceNumbers>();

    private static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSessionKind<ProxySessionKind>()
        .AddSingleton<ClaimKind>()
        .AddSingleton<PastClaimKind>()
        .AddSingleton<LastNumberKind>()
        .AddSingleton<InteractionKind>()
        .AddSingleton<MessageInteractionKind>()
        .AddSingleton<SessionRemainsKind>()
        .AddDueKind<SessionRemains>()
        .AddSingleton<ClaimReader>()
        .AddSingleton<SessionCreation>();

    private static IServiceCollection AddMessages(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IOutboxSender, CallbackSender>();
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
