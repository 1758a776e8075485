using Microsoft.Azure.Functions.Worker;

namespace Sessions.Outbox;

/// <summary>The timer that sends what could not be sent at once.</summary>
public sealed class OutboxFunctions(DueEvents events)
{
    /// <summary>
    /// Runs on the schedule of the setting <c>OutboxSchedule</c>: six NCrontab fields, UTC.
    /// </summary>
    [Function("Outbox_Deliver")]
    public Task Deliver([TimerTrigger("%OutboxSchedule%")] TimerInfo timer, CancellationToken cancellation) =>
        events.Run(cancellation);
}
