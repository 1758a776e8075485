using System.Diagnostics.Metrics;

namespace Sessions.Storage;

/// <summary>
/// How many calls the store gets, how they end and how long they take, as <c>sessions.store.duration</c> of the meter
/// <c>Sessions</c>.
/// </summary>
internal sealed class StoreMetrics(IMeterFactory meters, TimeProvider time)
{
    private readonly Histogram<double> _duration = meters.Create("Sessions").CreateHistogram<double>(
        "sessions.store.duration", "s", "Time that a call of the store takes.");

    /// <summary>The moment at which a call begins; null while nobody listens.</summary>
    public long? Start() => _duration.Enabled ? time.GetTimestamp() : null;

    /// <summary>Waits for a call and records it with its outcome.</summary>
    public async ValueTask<T> Measure<T>(long start, string call, ValueTask<T> work, Func<T, StoreOutcome> outcome)
    {
        var result = await work;
        _duration.Record(
            time.GetElapsedTime(start).TotalSeconds,
            new("sessions.store.call", call),
            new("sessions.store.outcome", NameOf(outcome(result))));
        return result;
    }

    private static string NameOf(StoreOutcome outcome) => outcome switch
    {
        StoreOutcome.Done => "done",
        StoreOutcome.NotFound => "not_found",
        StoreOutcome.Conflict => "conflict",
        StoreOutcome.PreconditionFailed => "precondition_failed",
        StoreOutcome.Throttled => "throttled",
        _ => "unavailable",
    };
}
