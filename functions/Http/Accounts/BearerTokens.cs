using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Configuration;

namespace Sessions.Http.Accounts;

/// <summary>Finds who a bearer token speaks for, for every surface that takes one.</summary>
public sealed class BearerTokens
{
    private readonly Credentials _credentials;
    private readonly JwtTokens? _jwts;

    internal BearerTokens(Credentials credentials, JwtTokens? jwts) => (_credentials, _jwts) = (credentials, jwts);

    /// <summary>The caller of the <c>Authorization: Bearer</c> header, or null.</summary>
    public ValueTask<Caller?> Caller(HttpRequest request, DateTimeOffset now) =>
        Caller(AuthorizationHeader.Bearer(request), now, request.HttpContext.RequestAborted);

    /// <summary>The caller of a token, or null when it is absent, unknown or has run out.</summary>
    /// <exception cref="RefusedException">The keys to check it with cannot be had.</exception>
    public async ValueTask<Caller?> Caller(string? token, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var known = token is null ? null : _credentials.Token(token, now);
        return known is null && token is not null && _jwts is not null
            ? await _jwts.Caller(token, now, cancellation)
            : known;
    }
}

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
