using Microsoft.Azure.Functions.Worker;

namespace Sessions.LiveStream;

/// <summary>The timer that keeps live sessions in step with LiveKit.</summary>
public sealed class ReconciliationFunctions(Reconciliation reconciliation)
{
    /// <summary>
    /// Runs on the schedule of the setting <c>LiveStreamSchedule</c>, six NCrontab fields, UTC; and when the process
    /// starts, since nobody knows what LiveKit told while there was none.
    /// </summary>
    [Function("LiveStream_Reconcile")]
    public Task Run(
        [TimerTrigger("%LiveStreamSchedule%", RunOnStartup = true)] TimerInfo timer, CancellationToken cancellation) =>
        reconciliation.Run(cancellation);
}
