using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;
using Sessions.Http.OpenApi;
using Sessions.Http.Outbox;
using Sessions.Storage;

namespace Sessions.BandwidthWebRtc;

/// <summary>What the surface is made of.</summary>
public static class BandwidthServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddBandwidthWebRtc(this IServiceCollection services) => services
        .AddSingleton<BandwidthSurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<BandwidthSurface>())
        .AddDescription(() => BandwidthDescription.Surface)
        .AddSingleton<BandwidthDocuments>()
        .AddSingleton<BandwidthReader>()
        .AddSingleton<BandwidthChanges>()
        .AddSingleton<Callbacks>()
        .AddSingleton<IOutboxSender, CallbackSender>()
        .AddSingleton<IDueHandler, SessionEnd>()
        .AddSingleton<ISessionKindInfo, SessionEnd>()
        .AddSingleton<SessionFunctions>()
        .AddSingleton<ParticipantFunctions>()
        .AddSingleton<MemberFunctions>()
        .AddSingleton<SubscriptionFunctions>();
}
