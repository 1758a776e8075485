using System.Diagnostics.Metrics;
using System.Reflection;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
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
