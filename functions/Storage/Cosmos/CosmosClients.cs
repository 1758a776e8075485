using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Azure.Core;
using Azure.Identity;
using Microsoft.Azure.Cosmos;
using Sessions.Configuration;

namespace Sessions.Storage.Cosmos;

/// <summary>Makes the process's one client.</summary>
internal static class CosmosClients
{
    private const int MaxConnections = 1000;

    // A read takes less than 10 ms at the 99th percentile, so one that takes fifty times that is not slow but lost. It
    // is then asked of the next region as well, and whoever answers first is heard.
    private static readonly TimeSpan _hedgeAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _hedgeAgainAfter = TimeSpan.FromMilliseconds(250);

    public static CosmosClient Make(CosmosSettings settings, Func<HttpClient>? http)
    {
        var options = Options(settings, http);
        try
        {
            return settings.ConnectionString is { } connection
                ? new(connection, options)
                : new(settings.Endpoint!.AbsoluteUri, CosmosIdentity.Credential(), options);
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or UriFormatException)
        {
            throw SettingsException.For(
                "Cosmos:ConnectionString",
                null,
                "be AccountEndpoint=https://…;AccountKey=…; as the portal shows it");
        }
    }

    private static CosmosClientOptions Options(CosmosSettings settings, Func<HttpClient>? http) => new()
    {
        ApplicationName = "sessions",
        ConnectionMode = settings.Gateway ? ConnectionMode.Gateway : ConnectionMode.Direct,
        LimitToEndpoint = settings.LimitToEndpoint,
        ApplicationPreferredRegions = settings.Regions is [] ? null : settings.Regions,
        // Reads alone: one region takes the writes, and a write that is sent twice is refused by its own first try.
        AvailabilityStrategy = settings.Regions is [_, _, ..]
            ? AvailabilityStrategy.CrossRegionHedgingStrategy(_hedgeAfter, _hedgeAgainAfter)
            : null,
        RequestTimeout = settings.Patience,
        EnableContentResponseOnWrite = false,
        // The store's own budget decides how often and how long; the SDK would wait for half a minute.
        MaxRetryAttemptsOnRateLimitedRequests = 0,
        UseSystemTextJsonSerializerWithOptions = JsonSerializerOptions.Default,
        HttpClientFactory = http ?? Connections,
    };

    // The SDK's own would be fifty: a hundred requests a second were all that a store could take that answers in half a
    // second, and the others would wait until their time is up.
    [SuppressMessage("Reliability", "CA2000", Justification = "The client owns its handler.")]
    private static HttpClient Connections() => new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = MaxConnections,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });
}

/// <summary>
/// Who the app is when it has no key. A class of its own, so that a start with a key or on SQLite loads none of it.
/// </summary>
internal static class CosmosIdentity
{
    /// <summary>
    /// The managed identity in Azure, which <c>AZURE_CLIENT_ID</c> and <c>AZURE_TOKEN_CREDENTIALS</c> name; the
    /// developer's own sign-in elsewhere.
    /// </summary>
    public static TokenCredential Credential() => new DefaultAzureCredential();
}
