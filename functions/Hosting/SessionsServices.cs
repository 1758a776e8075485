using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sessions.Hosting;

/// <summary>What both hosts run: the surfaces and what they share.</summary>
public static class SessionsServices
{
    /// <summary>
    /// Adds all of Sessions. What a caller has put in before, such as its own <see cref="TimeProvider"/>, stays.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The host's settings, complete.</param>
    /// <exception cref="SettingsException">A setting cannot be used.</exception>
    public static IServiceCollection AddSessions(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);

        return services.AddSurfaces(configuration);
    }

    /// <summary>One line a surface.</summary>
    private static IServiceCollection AddSurfaces(this IServiceCollection services, IConfiguration configuration)
    {
        _ = configuration;
        return services;
    }
}
