using System.Diagnostics.Metrics;
using System.Reflection;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Sessions.Configuration;
using Sessions.Telemetry;

namespace Sessions.Hosting.Export;

/// <summary>
/// OpenTelemetry with its exporters. Only this class names them, so that they are not even loaded where nothing is
/// sent: a start without them is a good deal shorter.
/// </summary>
internal static class OpenTelemetryExport
{
    private const string Meter = "Sessions";

    /// <summary>Adds them.</summary>
    public static IServiceCollection Add(IServiceCollection services, ExportSettings settings, bool isWorker)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(settings.Name, serviceVersion: Version()))
            .WithTracing(traces => traces.AddSource(Spans.SourceName))
            .WithMetrics(metrics => metrics.AddMeter(Meter))
            .WithLogging(configureBuilder: null, logs => logs.IncludeFormattedMessage = true);

        // The factory tells the services of one process apart.
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
        {
            var ours = provider.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument =>
                ReferenceEquals(instrument.Meter.Scope, ours) ? null : MetricStreamConfiguration.Drop);
        });
        if (settings.Collector is not null)
        {
            telemetry.UseOtlpExporter();
        }

        if (settings.AzureMonitor is not null)
        {
            telemetry.WithTracing(traces => traces.AddAzureMonitorTraceExporter(settings.Set))
                .WithMetrics(metrics => metrics.AddAzureMonitorMetricExporter(settings.Set))
                .WithLogging(logs => logs.AddAzureMonitorLogExporter(settings.Set));
        }

        if (isWorker)
        {
            telemetry.UseFunctionsWorkerDefaults();
        }

        return services;
    }

    private static void Set(this ExportSettings settings, AzureMonitorExporterOptions options)
    {
        options.ConnectionString = settings.AzureMonitor;
        // What cannot be sent is dropped: what is logged here is kept on no disk that nobody thinks of.
        options.DisableOfflineStorage = true;
        options.Credential = settings.ByIdentity ? new DefaultAzureCredential() : null;
    }

    private static string? Version() => typeof(OpenTelemetryExport).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}

/// <summary>
/// Where traces, metrics and logs are sent, in the settings that OpenTelemetry and Azure Monitor know.
/// </summary>
/// <param name="Collector">
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, which is read again, with all that belongs to it, by who sends; null for none.
/// </param>
/// <param name="AzureMonitor"><c>APPLICATIONINSIGHTS_CONNECTION_STRING</c>; null for none.</param>
/// <param name="ByIdentity">Whether Azure Monitor takes data from identities alone.</param>
/// <param name="Name"><c>OTEL_SERVICE_NAME</c>.</param>
internal sealed record ExportSettings(Uri? Collector, string? AzureMonitor, bool ByIdentity, string Name)
{
    private const string CollectorKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ConnectionKey = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string AuthenticationKey = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <summary>Whether anything is sent at all.</summary>
    public bool AreAny => Collector is not null || AzureMonitor is not null;

    /// <summary>Reads them.</summary>
    /// <exception cref="SettingsException">One cannot be used.</exception>
    public static ExportSettings From(IConfiguration configuration) => new(
        Given(configuration, CollectorKey) is { } collector ? AddressOf(collector) : null,
        Given(configuration, ConnectionKey) is { } connection ? Checked(connection) : null,
        configuration[AuthenticationKey]?.Contains("Authorization=AAD", StringComparison.Ordinal) is true,
        Given(configuration, "OTEL_SERVICE_NAME") ?? "sessions");

    private static string? Given(IConfiguration configuration, string key) =>
        configuration[key] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static Uri AddressOf(string collector) =>
        Uri.TryCreate(collector, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw SettingsException.For(
                CollectorKey, collector, "be the address of an OpenTelemetry collector, such as http://localhost:4317");

    private static string Checked(string connection)
    {
        var key = connection.Split(';', StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .FirstOrDefault(part => part is ["InstrumentationKey", _]);
        return Guid.TryParse(key?[1], out _)
            ? connection
            : throw SettingsException.For(
                ConnectionKey, connection, "be the connection string of Application Insights");
    }
}

/// <summary>How telemetry leaves the program.</summary>
internal static class ExportServices
{
    /// <summary>Sends it when there is a place to send it to; else loads nothing.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The host's settings, complete.</param>
    /// <param name="isWorker">Whether a Functions host is before the program, which then leaves logs to it.</param>
    public static IServiceCollection AddExport(
        this IServiceCollection services, IConfiguration configuration, bool isWorker)
    {
        var settings = ExportSettings.From(configuration);
        return settings.AreAny ? OpenTelemetryExport.Add(services, settings, isWorker) : services;
    }
}
