using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Tests.Support;

namespace Sessions.Tests.Metrics;

/// <summary>Listens to the meters of one service, as an exporter does.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly ConcurrentQueue<(string Name, string Line, double Value)> _seen = [];
    private readonly MeterListener _listener = new();

    public Measurements(SessionsApp app)
        : this(app.Services)
    {
    }

    public Measurements(IServiceProvider services)
    {
        // The factory tells the services of one process apart.
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Sessions" && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((of, value, tags, _) => Add(of, value, tags));
        _listener.SetMeasurementEventCallback<long>((of, value, tags, _) => Add(of, value, tags));
        _listener.SetMeasurementEventCallback<int>((of, value, tags, _) => Add(of, value, tags));
        _listener.Start();
    }

    /// <summary>The tags of each measurement of an instrument, in their order.</summary>
    public IEnumerable<string> Of(string name) => _seen.Where(seen => seen.Name == name).Select(seen => seen.Line);

    public IEnumerable<double> ValuesOf(string name) =>
        _seen.Where(seen => seen.Name == name).Select(seen => seen.Value);

    /// <summary>Asks the instruments that tell only when they are asked.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument of, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => _seen.Enqueue(
        (of.Name, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")), value));
}
