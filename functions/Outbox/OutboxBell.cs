namespace Sessions.Outbox;

/// <summary>What a commit rings when events are ready to go.</summary>
public sealed class OutboxBell(WaitingLanes lanes)
{
    /// <summary>
    /// Sends these as soon as possible. To be called after their commit, and never waits; when a ring is lost, or there
    /// is no room, the timer sends them.
    /// </summary>
    public void Ring(IEnumerable<OutboxEvent> events)
    {
        foreach (var told in events)
        {
            _ = lanes.Add(OutboxDocuments.LaneOf(told));
        }
    }
}
