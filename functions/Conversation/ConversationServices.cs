using Microsoft.Extensions.DependencyInjection;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.OpenApi;

namespace Sessions.Conversation;

/// <summary>What the surface is made of.</summary>
public static class ConversationServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddConversation(this IServiceCollection services) => services
        .AddSingleton<ConversationSurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<ConversationSurface>())
        .AddDescription(() => ConversationDescription.Surface)
        .AddSingleton<ConversationSessionKind>()
        .AddSessionKind<SessionUpkeep>()
        .AddDueKind<LogUpkeep>()
        .AddSingleton<SessionReader>()
        .AddSingleton<SessionLists>()
        .AddSingleton<EventLog>()
        .AddSingleton<EventSignals>()
        .AddSingleton<EventReader>()
        .AddSingleton<EventFeed>();
}
