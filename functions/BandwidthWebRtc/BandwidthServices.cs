using Microsoft.Extensions.DependencyInjection;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.OpenApi;
using Sessions.Outbox;

namespace Sessions.BandwidthWebRtc;

/// <summary>What the surface is made of.</summary>
public static class BandwidthServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddBandwidthWebRtc(this IServiceCollection services) => services
        .AddSingleton<BandwidthSurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<BandwidthSurface>())
        .AddDescription(() => BandwidthDescription.Surface)
        .AddSessionKind<WebRtcSessionKind>()
        .AddSingleton<WebRtcParticipantKind>()
        .AddSingleton<BandwidthReader>()
        .AddSingleton<Callbacks>()
        .AddSingleton<IOutboxSender, CallbackSender>()
        .AddSingleton<SessionFunctions>()
        .AddSingleton<ParticipantFunctions>()
        .AddSingleton<MemberFunctions>()
        .AddSingleton<SubscriptionFunctions>();
}
