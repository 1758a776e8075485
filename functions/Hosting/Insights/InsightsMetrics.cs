using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.ApplicationInsights;
using Microsoft.ApplicationInsights.Metrics;
using Microsoft.Extensions.Hosting;
using InsightsMetric = Microsoft.ApplicationInsights.Metric;

namespace Sessions.Hosting.Insights;

/// <summary>
/// Hands the instruments of the meter <c>Sessions</c> to Application Insights, which sums each series up for a minute
/// before it sends it: what is sent does not grow with the traffic.
/// </summary>
internal sealed class InsightsMetrics(IMeterFactory meters, TelemetryClient insights, TimeProvider time)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan _period = TimeSpan.FromMinutes(1);

    // Room for every function with every status; the values are seconds, so not whole numbers.
    private static readonly MetricConfiguration _series =
        new(5000, 500, new MetricSeriesConfigurationForMeasurement(restrictToUInt32Values: false));

    private readonly ConcurrentDictionary<Instrument, InsightsMetric> _metrics = new();
    private readonly MeterListener _listener = new();
    private ITimer? _observation;

    /// <summary>Begins to listen.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // The factory tells the services of one process apart.
            if (instrument.Meter.Name == "Sessions" && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((of, value, tags, _) => Track(of, value, tags));
        _listener.SetMeasurementEventCallback<long>((of, value, tags, _) => Track(of, value, tags));
        _listener.SetMeasurementEventCallback<int>((of, value, tags, _) => Track(of, value, tags));
        _listener.Start();
        _observation = time.CreateTimer(_ => _listener.RecordObservableInstruments(), null, _period, _period);
        return Task.CompletedTask;
    }

    /// <summary>Sends what is gathered.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => insights.FlushAsync(cancellationToken);

    /// <summary>Listens no longer.</summary>
    public void Dispose()
    {
        _observation?.Dispose();
        _listener.Dispose();
    }

    // An instrument of ours has the same tags, in the same order, each time.
    private void Track(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var values = new string[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            values[i] = tags[i].Value?.ToString() is { Length: > 0 } text ? text : "none";
        }

        var metric = _metrics.TryGetValue(instrument, out var known) ? known : MetricOf(instrument, tags);
        if (metric.TryGetDataSeries(out var series, createIfNotExists: true, values))
        {
            series.TrackValue(value);
        }
    }

    private InsightsMetric MetricOf(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        List<string> names = [];
        foreach (var tag in tags)
        {
            names.Add(tag.Key);
        }

        var identifier = new MetricIdentifier(MetricIdentifier.DefaultMetricNamespace, instrument.Name, names);
        return _metrics.GetOrAdd(instrument, insights.GetMetric(identifier, _series));
    }
}
