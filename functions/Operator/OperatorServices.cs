using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;
using Sessions.Http.OpenApi;

namespace Sessions.Operator;

/// <summary>What the surface is made of.</summary>
public static class OperatorServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddOperator(this IServiceCollection services) => services
        .AddSingleton<OperatorSurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<OperatorSurface>())
        .AddDescription(() => OperatorDescription.Surface)
        .AddSingleton<SessionDirectory>();
}
