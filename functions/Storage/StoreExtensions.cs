namespace Sessions.Storage;

/// <summary>What a store answered, as those who ask it want it.</summary>
public static class StoreExtensions
{
    /// <summary>What was read, or null when there is no such document.</summary>
    /// <exception cref="StoreFaultException">The store was throttled or unavailable.</exception>
    public static T? OrNull<T>(this ReadResult<T> result)
        where T : class =>
        result.Outcome is StoreOutcome.Done or StoreOutcome.NotFound
            ? result.Value
            : throw new StoreFaultException(result.Outcome, result.RetryAfter);

    /// <summary>The result, when it is an answer and not a fault of the store.</summary>
    /// <exception cref="StoreFaultException">The store was throttled or unavailable.</exception>
    public static CommitResult OrFault(this CommitResult result) =>
        result.Outcome is StoreOutcome.Throttled or StoreOutcome.Unavailable
            ? throw new StoreFaultException(result.Outcome, result.RetryAfter)
            : result;
}
