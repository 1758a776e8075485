using Azure.Identity;
using Microsoft.ApplicationInsights;
using Microsoft.ApplicationInsights.Extensibility;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Configuration;

namespace Sessions.Hosting.Insights;

/// <summary>
/// Application Insights. The Functions host sends requests, logs and failures by itself; what it cannot see are the
/// app's own metrics, which are sent from here. Both read the same two settings.
/// </summary>
internal static class InsightsServices
{
    private const string ConnectionKey = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string AuthenticationKey = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <summary>Sends the metrics when there is a place to send them to; else loads nothing.</summary>
    public static IServiceCollection AddInsights(this IServiceCollection services, IConfiguration configuration)
    {
        var connection = configuration[ConnectionKey];
        var byIdentity = configuration[AuthenticationKey]?.Contains("Authorization=AAD", StringComparison.Ordinal);
        return string.IsNullOrWhiteSpace(connection)
            ? services
            : services.AddMetricsTo(connection, byIdentity is true);
    }

    private static IServiceCollection AddMetricsTo(
        this IServiceCollection services, string connection, bool byIdentity) => services
            .AddSingleton(_ => Configure(connection, byIdentity))
            .AddSingleton<TelemetryClient>()
            .AddHostedService<InsightsMetrics>();

    private static TelemetryConfiguration Configure(string connection, bool byIdentity)
    {
        var insights = new TelemetryConfiguration();
        try
        {
            insights.ConnectionString = connection;
        }
        catch (ArgumentException)
        {
            insights.Dispose();
            throw SettingsException.For(ConnectionKey, connection, "be the connection string of Application Insights");
        }

        if (byIdentity)
        {
            insights.SetAzureTokenCredential(new DefaultAzureCredential());
        }

        return insights;
    }
}
