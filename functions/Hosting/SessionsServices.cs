using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Sessions.BandwidthWebRtc;
using Sessions.CamaraWebRtc;
using Sessions.Configuration;
using Sessions.Conversation;
using Sessions.Engine;
using Sessions.Expiry;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.Limits;
using Sessions.Http.Streams;
using Sessions.Lifecycle;
using Sessions.LiveStream;
using Sessions.OpenApi;
using Sessions.Operator;
using Sessions.OperatorConsole;
using Sessions.Outbox;
using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.Storage.Sqlite;
using Sessions.Telemetry;
using Sessions.TwilioProxy;

namespace Sessions.Hosting;

/// <summary>What both hosts run: the surfaces and what they share.</summary>
public static class SessionsServices
{
    /// <summary>
    /// Adds all of Sessions. What a caller has put in before, such as its own <see cref="TimeProvider"/>, stays.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="settings">The host's settings, complete.</param>
    /// <exception cref="SettingsException">A setting cannot be used.</exception>
    public static IServiceCollection AddSessions(this IServiceCollection services, IConfigurationRoot settings)
    {
        var configuration = SettingsSnapshot.Of(settings);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(RealTime.OfTheMachine);
        services.TryAddSingleton<IIdSource, RandomIds>();
        services.AddMetrics();
        services.AddStore(configuration);
        services.AddStoreMetrics();
        services.AddStoreGuard();
        services.AddSingleton(Credentials.From(configuration));
        services.AddSingleton<IEventKeys, EventKeys>();
        services.AddSingleton<TermKeys, AccountTermKeys>();
        services.AddHostedService<UnsaidRights>();
        services.AddBearerTokens(configuration);
        services.AddSingleton(RetentionSettings.From(configuration));
        services.AddSingleton(new PublicAddress(configuration));
        services.TryAddSingleton(Cors.From(configuration));
        services.AddLimits(configuration);
        services.AddSingleton<RequestMetrics>();
        services.AddSingleton<RecentMinutes>();
        services.AddSingleton<StoreCosts>();
        services.AddSingleton<Spans>();
        services.AddSingleton<RequestObserver>();
        services.AddEngine();
        services.AddSingleton<ParticipantKeys>();
        services.AddSingleton<RequestPipeline>();
        services.AddSingleton<StoreWatch>();
        services.AddSingleton<WriteSignals>();
        services.AddSingleton<Follower>();
        services.AddSingleton<ExpiryMetrics>();
        services.AddSingleton<StuckDocuments>();
        services.AddSingleton<ShardSweep>();
        services.AddSingleton(provider => new Sweep(
            provider.GetRequiredService<IDocumentStore>(),
            provider.GetRequiredService<ShardSweep>(),
            provider.GetRequiredService<StuckDocuments>(),
            provider.GetRequiredService<ClockLeap>(),
            provider.GetRequiredService<IIdSource>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<RealTime>(),
            provider.GetRequiredService<ExpiryMetrics>(),
            provider.GetRequiredService<ILogger<Sweep>>()));
        services.AddFunctionClasses(FunctionDeclaration.Own);
        services.ConfigureServer();
        return services
            .AddOutbox(configuration)
            .AddTwilioProxy(configuration)
            .AddBandwidthWebRtc()
            .AddCamaraWebRtc(configuration)
            .AddConversation()
            .AddLiveStream(configuration)
            .AddOperator()
            .AddOpenApi()
            .AddConsole();
    }

    /// <summary>
    /// Every class with a function is there once: functions keep state, such as who waits for whom, and call others.
    /// </summary>
    internal static void AddFunctionClasses(
        this IServiceCollection services, IReadOnlyList<FunctionDeclaration> functions)
    {
        foreach (var type in functions.Select(function => function.Method.DeclaringType!).Distinct())
        {
            services.TryAddSingleton(type);
        }

        services.TryAddSingleton(provider =>
            new RouteTable(functions, provider.GetRequiredService<ParameterPolicyFactory>()));
    }

    private static void AddStore(this IServiceCollection services, IConfiguration configuration)
    {
        if (CosmosSettings.From(configuration) is { } cosmos)
        {
            services.AddCosmosStore(cosmos);
            return;
        }

        var settings = new SettingsSection(configuration.GetSection("Sqlite"));
        var options = new SqliteStoreOptions(settings.Text("Path") ?? Path.Combine(".data", "sessions.db"))
        {
            Shrinks = settings.OneOf("Shrinks", "false", "true") is "true",
        };
        services.AddSingleton(_ => new SqliteUsers(options));
        if (!services.Any(service => service.ServiceType == typeof(IDocumentStore)))
        {
            services.TryAddSingleton(new WatchCost(IsFree: true));
        }

        services.TryAddSingleton<IDocumentStore>(provider =>
        {
            // Whoever opens the file is one of those who use it.
            _ = provider.GetRequiredService<SqliteUsers>();
            return SqliteDocumentStore.Open(
                options,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<SqliteDocumentStore>>());
        });
    }
}

/// <summary>What the server and the logs are like in both starts; a worker is a server, too.</summary>
internal static class ServerServices
{
    /// <summary>No surface takes more than this, so nothing beyond it is read.</summary>
    private const long MaxBodyBytes = 1024 * 1024;

    /// <summary>Who takes an answer slower than this for long is let go, and what was held for him with him.</summary>
    private const double BytesPerSecond = 4096;

    private static readonly TimeSpan _longestHead = TimeSpan.FromSeconds(15);

    /// <summary>Sets what Kestrel takes, that it is silent of itself, and how patterns in routes are matched.</summary>
    public static IServiceCollection ConfigureServer(this IServiceCollection services) => services
        .Configure<RouteOptions>(routing => routing.SetParameterPolicy<PatternConstraint>("regex"))
        .Configure<KestrelServerOptions>(kestrel =>
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

/// <summary>
/// A pattern in a route. The framework's own has each of its patterns compiled when the first request comes, which
/// waits for it; these are a word or two.
/// </summary>
/// <param name="pattern">The pattern, in whatever case.</param>
internal sealed class PatternConstraint(string pattern) : RegexRouteConstraint(
    new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1)));
