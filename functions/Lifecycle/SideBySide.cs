namespace Sessions.Lifecycle;

/// <summary>How many things are done side by side.</summary>
internal static class SideBySide
{
    /// <summary>
    /// So many of them, where the caller is: it may have a context of its own that all awaits come back to, which
    /// parallel loops would leave.
    /// </summary>
    public static ParallelOptions Options(int count, CancellationToken cancellation) => new()
    {
        MaxDegreeOfParallelism = count,
        CancellationToken = cancellation,
        TaskScheduler = SynchronizationContext.Current is null
            ? TaskScheduler.Default
            : TaskScheduler.FromCurrentSynchronizationContext(),
    };
}
