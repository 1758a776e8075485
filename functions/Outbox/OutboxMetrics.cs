using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Sessions.Telemetry;

namespace Sessions.Outbox;

/// <summary>
/// How much waits to be sent and how sending goes, of the meter <c>Sessions</c>: <c>sessions.outbox.waiting</c>,
/// <c>sessions.outbox.attempts</c> and <c>sessions.outbox.lag</c>. It tells of senders, never of targets. For the
/// operator it counts by account, too.
/// </summary>
public sealed class OutboxMetrics
{
    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _lag;
    private readonly RecentMinutes _minutes;

    /// <summary>Begins to tell how many lanes wait.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "A meter is its factory's to dispose of.")]
    public OutboxMetrics(IMeterFactory meters, WaitingLanes lanes, RecentMinutes minutes)
    {
        _minutes = minutes;
        var meter = meters.Create("Sessions");
        meter.CreateObservableUpDownCounter(
            "sessions.outbox.waiting", () => lanes.Count, "{lane}", "Streams of events that wait in this process.");
        _attempts = meter.CreateCounter<long>("sessions.outbox.attempts", "{attempt}", "Events sent, or tried.");
        _lag = meter.CreateHistogram<double>("sessions.outbox.lag", "s", "Time from a change until it is told.");
    }

    /// <summary>Records one attempt.</summary>
    internal void Tried(OutboxEvent told, Verdict verdict, DateTimeOffset now)
    {
        _attempts.Add(1, new("sessions.sender", told.Sender), new("sessions.verdict", NameOf(verdict)));
        if (verdict is not Verdict.Dropped)
        {
            _minutes.Tried(told.Account, verdict is Verdict.Taken);
        }

        if (verdict is Verdict.Taken)
        {
            _lag.Record(
                (now - told.At).TotalSeconds, new KeyValuePair<string, object?>("sessions.sender", told.Sender));
        }
    }

    /// <summary>What a verdict is called.</summary>
    internal static string NameOf(Verdict verdict) => verdict switch
    {
        Verdict.Taken => "taken",
        Verdict.Retry => "retry",
        Verdict.Gone => "gone",
        Verdict.Dropped => "dropped",
        _ => "given_up",
    };
}
