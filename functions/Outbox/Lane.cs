namespace Sessions.Outbox;

/// <summary>The events of one stream to one target: what is sent one after the other.</summary>
/// <param name="Partition">Where they are stored.</param>
/// <param name="Status">The status that they share while they wait.</param>
/// <param name="Account">Whose they are, which has only so many on their way at once.</param>
/// <param name="Host">The target's host and port, which is sent only so much at once.</param>
public sealed record Lane(string Partition, string Status, string Account, string Host)
{
    /// <summary>Whether its events are only passed on inside: its host is a name then, and no target.</summary>
    public bool IsInside { get; init; }
}
