namespace Sessions.Storage;

/// <summary>What to count: documents of one kind in one partition.</summary>
/// <param name="Partition">Where to look.</param>
/// <param name="Kind">What to count.</param>
public sealed record CountQuery(string Partition, string Kind)
{
    /// <summary>Only documents with this <see cref="Document.Index"/>; null for all.</summary>
    public string? Index { get; init; }

    /// <summary>
    /// Whether those count that are due by now. What has expired keeps its stored status until the timer has been
    /// there: without them a count of a status is exact.
    /// </summary>
    public bool WithDue { get; init; } = true;
}
