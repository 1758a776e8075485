using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Sessions.Storage;

namespace Sessions.Expiry;

/// <summary>
/// How late what is due is settled, as <c>sessions.expiry.lag</c> of the meter <c>Sessions</c>, and whether sweeps come
/// to their end, as <c>sessions.expiry.sweeps</c>. Readers do not wait for either; what is late are events and the
/// claims that an ended session frees.
/// </summary>
public sealed class ExpiryMetrics
{
    private readonly Histogram<double> _lag;
    private readonly Counter<long> _sweeps;

    /// <summary>Makes the instruments.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "A meter is its factory's to dispose of.")]
    public ExpiryMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Sessions");
        _lag = meter.CreateHistogram<double>(
            "sessions.expiry.lag", "s", "Time from when a document is due until the sweep settles it.");
        _sweeps = meter.CreateCounter<long>("sessions.expiry.sweeps", "{sweep}", "Sweeps, and how they ended.");
    }

    /// <summary>Records one document that is about to be settled.</summary>
    public void Settling(Document document, DateTimeOffset now)
    {
        if (_lag.Enabled && document.DueAt is { } due)
        {
            _lag.Record((now - due).TotalSeconds, new KeyValuePair<string, object?>("sessions.kind", document.Kind));
        }
    }

    /// <summary>Records one sweep: whether nothing was left to settle, or the store asked to wait.</summary>
    public void Swept(bool whole) =>
        _sweeps.Add(1, new KeyValuePair<string, object?>("sessions.expiry.outcome", whole ? "done" : "stopped"));
}
