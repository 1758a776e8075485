using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sessions.Http.Limits;

/// <summary>What keeps one from taking the service from the others.</summary>
public static class LimitServices
{
    /// <summary>Adds it. Unless it was said before, a Functions host stands before the program.</summary>
    /// <exception cref="Configuration.SettingsException">A value of the section cannot be used.</exception>
    public static IServiceCollection AddLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(LimitSettings.From(configuration));
        services.TryAddSingleton(new ClientAddress(behindHost: true));
        return services
            .AddSingleton<Shares>()
            .AddSingleton<HeldBytes>()
            .AddSingleton<SignInGuard>();
    }
}
