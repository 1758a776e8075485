using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Configuration;
using Sessions.Http;
using Sessions.Http.OpenApi;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>What the surface is made of.</summary>
public static class LiveStreamServices
{
    /// <summary>Adds the surface, with the LiveKit server of the settings or without one.</summary>
    /// <exception cref="SettingsException">A setting of LiveKit cannot be used.</exception>
    public static IServiceCollection AddLiveStream(this IServiceCollection services, IConfiguration configuration)
    {
        var liveKit = LiveKitSettings.From(configuration);
        services
            .AddSingleton(liveKit)
            .AddSingleton<LiveKitTokens>()
            .AddSingleton<TwirpClient>();
        return (liveKit.Server is null
                ? services.AddSingleton<ILiveKit, SimulatedLiveKit>()
                : services.AddSingleton<ILiveKit, LiveKitServer>())
            .AddSingleton<LiveStreamSurface>()
            .AddSingleton<ISurface>(provider => provider.GetRequiredService<LiveStreamSurface>())
            .AddDescription(() => LiveStreamDescription.Surface)
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<AccountTags>(provider, configuration))
            .AddSingleton<RoomDirectory>()
            .AddSingleton<SessionDocuments>()
            .AddSingleton<SessionChanges>()
            .AddSingleton<SessionReplies>()
            .AddSingleton<SessionTidying>()
            .AddSingleton<SessionStart>()
            .AddSingleton<HlsEgress>()
            .AddSingleton<IDueHandler, SessionUpkeep>()
            .AddSingleton<ISessionKindInfo, SessionKindInfo>()
            .AddSingleton<IDueHandler, RemovedRooms>();
    }
}
