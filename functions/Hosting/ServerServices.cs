using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sessions.Hosting;

/// <summary>What the server and the logs are like in both starts; a worker is a server, too.</summary>
internal static class ServerServices
{
    /// <summary>No surface takes more than this, so nothing beyond it is read.</summary>
    private const long MaxBodyBytes = 1024 * 1024;

    /// <summary>Who takes an answer slower than this for long is let go, and what was held for him with him.</summary>
    private const double BytesPerSecond = 4096;

    private static readonly TimeSpan _longestHead = TimeSpan.FromSeconds(15);

    /// <summary>Sets what Kestrel takes, and that it does not say who it is.</summary>
    public static IServiceCollection ConfigureServer(this IServiceCollection services) =>
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = _longestHead;
            kestrel.Limits.MinResponseDataRate = new(BytesPerSecond, gracePeriod: _longestHead);
        });

    /// <summary>
    /// Keeps lines of others below a warning out before they are made: a Functions host is sent every line that is
    /// logged, and drops them only then. The settings under <c>Logging</c> say otherwise.
    /// </summary>
    public static ILoggingBuilder KeepQuiet(this ILoggingBuilder logging, IConfiguration configuration) => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddFilter("Sessions", LogLevel.Information)
        // Whoever wants a line for each request asks for Information here. While this logs at all, every request
        // pays for an Activity and a scope that nobody reads.
        .AddFilter("Microsoft.AspNetCore.Hosting", LogLevel.None)
        .AddConfiguration(configuration.GetSection("Logging"));
}
