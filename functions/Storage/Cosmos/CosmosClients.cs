using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Sessions.Configuration;

namespace Sessions.Storage.Cosmos;

/// <summary>Makes the process's one client.</summary>
internal static class CosmosClients
{
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
                "Cosmos:ConnectionString", null, "be AccountEndpoint=https://…;AccountKey=…; as the portal shows it");
        }
    }

    private static CosmosClientOptions Options(CosmosSettings settings, Func<HttpClient>? http) => new()
    {
        ApplicationName = "sessions",
        ConnectionMode = settings.Gateway ? ConnectionMode.Gateway : ConnectionMode.Direct,
        LimitToEndpoint = settings.LimitToEndpoint,
        RequestTimeout = settings.Patience,
        EnableContentResponseOnWrite = false,
        // The store's own budget decides how often and how long; the SDK would wait for half a minute.
        MaxRetryAttemptsOnRateLimitedRequests = 0,
        UseSystemTextJsonSerializerWithOptions = JsonSerializerOptions.Default,
        HttpClientFactory = http,
    };
}
