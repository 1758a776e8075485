using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Configuration;

namespace Sessions.Http.Accounts;

/// <summary>What checking bearer tokens is made of.</summary>
public static class BearerServices
{
    /// <summary>Adds <see cref="BearerTokens"/>, with the issuer of the <c>Jwt</c> section when there is one.</summary>
    /// <exception cref="SettingsException">Only a part of the section is there.</exception>
    public static IServiceCollection AddBearerTokens(this IServiceCollection services, IConfiguration configuration)
    {
        if (JwtSettings.From(configuration) is { } settings)
        {
            services.AddSingleton(settings).AddSingleton<JwtKeys>().AddSingleton<JwtTokens>();
        }

        return services.AddSingleton(provider => new BearerTokens(
            provider.GetRequiredService<Credentials>(), provider.GetService<JwtTokens>()));
    }
}
