using System.Diagnostics.Metrics;
using Sessions.Storage;

namespace Sessions.Expiry;

/// <summary>
/// How late what is due is settled, as <c>sessions.expiry.lag</c> of the meter <c>Sessions</c>. Readers do not wait for
/// it; what it delays is events and the claims that an ended session frees.
/// </summary>
public sealed class ExpiryMetrics(IMeterFactory meters)
{
    private readonly Histogram<double> _lag = meters.Create("Sessions").CreateHistogram<double>(
        "sessions.expiry.lag", "s", "Time from when a document is due until the sweep settles it.");

    /// <summary>Records one document that is about to be settled.</summary>
    public void Settling(Document document, DateTimeOffset now)
    {
        if (_lag.Enabled && document.DueAt is { } due)
        {
            _lag.Record((now - due).TotalSeconds, new KeyValuePair<string, object?>("sessions.kind", document.Kind));
        }
    }
}
