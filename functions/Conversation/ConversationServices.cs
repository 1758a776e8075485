using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;
using Sessions.Http.OpenApi;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>What the surface is made of.</summary>
public static class ConversationServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddConversation(this IServiceCollection services) => services
        .AddSingleton<ConversationSurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<ConversationSurface>())
        .AddDescription(() => ConversationDescription.Surface)
        .AddSingleton<SessionDocuments>()
        .AddSingleton<SessionReader>()
        .AddSingleton<SessionCreation>()
        .AddSingleton<SessionLists>()
        .AddSingleton<SessionHeads>()
        .AddSingleton<EventSignals>()
        .AddSingleton<EventWriter>()
        .AddSingleton<EventReader>()
        .AddSingleton<EventFeed>()
        .AddSingleton<IDueHandler, SessionExpiry>()
        .AddSingleton<ISessionKindInfo, SessionKindInfo>()
        .AddSingleton<IDueHandler, LogExpiry>();
}
