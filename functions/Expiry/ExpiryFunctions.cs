using Microsoft.Azure.Functions.Worker;

namespace Sessions.Expiry;

/// <summary>The timer that makes expiry durable.</summary>
public sealed class ExpiryFunctions(Sweep sweep)
{
    /// <summary>
    /// Runs on the schedule of the setting <c>ExpirySchedule</c>: six NCrontab fields, UTC.
    /// </summary>
    [Function("Expiry_Sweep")]
    public Task Run([TimerTrigger("%ExpirySchedule%")] TimerInfo timer, CancellationToken cancellation) =>
        sweep.Run(cancellation);
}
