using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;

namespace Sessions.Http;

/// <summary>
/// How many requests there are, how they end and how long they take, as <c>sessions.request.duration</c> of the meter
/// <c>Sessions</c>. It tells of functions and statuses only, never of callers or ids.
/// </summary>
public sealed class RequestMetrics(IMeterFactory meters)
{
    private readonly Histogram<double> _duration = meters.Create("Sessions").CreateHistogram<double>(
        "sessions.request.duration", "s", "Time from a request's arrival at its function until its answer is ready.");

    /// <summary>Whether anybody listens; if not, nothing need be measured.</summary>
    public bool Enabled => _duration.Enabled;

    /// <summary>Records one request.</summary>
    public void Record(ISurface surface, HttpRequest request, IResult result, TimeSpan took) => _duration.Record(
        took.TotalSeconds,
        new("sessions.surface", surface.Name),
        // Both hosts call an endpoint as its function is called.
        new("sessions.operation", request.HttpContext.GetEndpoint()?.DisplayName ?? "unknown"),
        new("http.response.status_code", StatusOf(result)));

    private static int StatusOf(IResult result) =>
        (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
}
