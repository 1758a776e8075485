using Microsoft.Azure.Functions.Worker;

namespace Sessions.Http.Outbox;

/// <summary>The timer that sends what could not be sent at once.</summary>
public sealed class OutboxFunctions(DueEvents events)
{
    /// <summary>Runs on the schedule of the setting <c>Outbox__Schedule</c>, six NCrontab fields, UTC.</summary>
    [Function("Outbox_Deliver")]
    public Task Deliver([TimerTrigger("%Outbox:Schedule%")] TimerInfo timer, CancellationToken cancellation) =>
        events.Run(cancellation);
}
