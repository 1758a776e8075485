namespace Sessions.Lifecycle;

/// <summary>
/// The time that machines take, where a test may have stopped the one that sessions live by: how long a store does not
/// answer, how long work waits for a thread.
/// </summary>
/// <param name="Clock">The clock that it is measured by.</param>
public sealed record RealTime(TimeProvider Clock)
{
    /// <summary>The machine's own.</summary>
    public static RealTime OfTheMachine { get; } = new(TimeProvider.System);
}
