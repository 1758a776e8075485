using System.Diagnostics.Metrics;

namespace Sessions.Http;

/// <summary>
/// How many requests there are, how they end and how long they take, as <c>sessions.request.duration</c> of the meter
/// <c>Sessions</c>. It tells of functions and statuses only, never of callers or ids.
/// </summary>
public sealed class RequestMetrics(IMeterFactory meters)
{
    private readonly Histogram<double> _duration = meters.Create("Sessions").CreateHistogram<double>(
        "sessions.request.duration", "s", "Time from a request's arrival at its function until its answer is ready.");

    /// <summary>Records one request.</summary>
    internal void Record(string surface, string function, int status, TimeSpan took)
    {
        if (_duration.Enabled)
        {
            _duration.Record(
                took.TotalSeconds,
                new("sessions.surface", surface),
                new("sessions.operation", function),
                new("http.response.status_code", status));
        }
    }
}
