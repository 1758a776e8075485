namespace Sessions.Http.Outbox;

/// <summary>Where a surface says that events are ready to go.</summary>
public sealed class Outbox(WaitingLanes lanes)
{
    /// <summary>
    /// Sends these as soon as possible. To be called after their commit, and never waits; when a call is lost, or there
    /// is no room, the timer sends them.
    /// </summary>
    public void Committed(IEnumerable<OutboxEvent> events)
    {
        foreach (var told in events)
        {
            _ = lanes.Add(OutboxDocuments.LaneOf(told));
        }
    }
}
