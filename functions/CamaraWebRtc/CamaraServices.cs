using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>What the surface is made of.</summary>
public static class CamaraServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddCamaraWebRtc(this IServiceCollection services) => services
        .AddSingleton<CamaraSurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<CamaraSurface>())
        .AddSingleton<CallDocuments>()
        .AddSingleton<Calls>()
        .AddSingleton<IDueHandler, CallExpiry>();
}
