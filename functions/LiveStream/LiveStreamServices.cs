using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sessions.Configuration;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.OpenApi;

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
            .AddSingleton(EgressSettingsOf(liveKit, configuration))
            .AddSingleton<LiveKitTokens>()
            .AddSingleton<TwirpClient>();
        services.TryAdd(liveKit.Server is null
            ? ServiceDescriptor.Singleton<ILiveKit, SimulatedLiveKit>()
            : ServiceDescriptor.Singleton<ILiveKit, LiveKitServer>());
        return services
            .AddSingleton<LiveStreamSurface>()
            .AddSingleton<ISurface>(provider => provider.GetRequiredService<LiveStreamSurface>())
            .AddDescription(() => LiveStreamDescription.Surface)
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<AccountTags>(provider, configuration))
            .AddSingleton<RoomKind>()
            .AddSingleton<PresetKind>()
            .AddSessionKind<LiveSessionKind>()
            .AddDueKind<RemovedRoomKind>()
            .AddDueKind<RemovedSessionKind>()
            .AddSingleton<LiveStreamReader>()
            .AddSingleton<SessionReplies>()
            .AddSingleton<SessionTidying>()
            .AddSingleton<TakingBack>()
            .AddSingleton<SessionUpkeep>()
            .AddSingleton<SessionMending>()
            .AddSingleton<SessionStart>()
            .AddSingleton<EarlyIngress>()
            .AddSingleton<EgressStarts>()
            .AddSingleton<Admissions>()
            .AddSingleton<Following>()
            .AddSingleton<Looks>()
            .AddSingleton<Reconciliation>();
    }

    private static EgressSettings EgressSettingsOf(LiveKitSettings liveKit, IConfiguration configuration) =>
        EgressSettings.From(configuration) is { BaseUrl: null } settings && liveKit.Server is null
            ? settings with { BaseUrl = SimulatedLiveKit.BaseUrl }
            : EgressSettings.From(configuration);
}
