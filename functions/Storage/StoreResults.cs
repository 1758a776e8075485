namespace Sessions.Storage;

/// <summary>How a store call ended. The stores report these as values and throw only for bugs.</summary>
public enum StoreOutcome
{
    /// <summary>It did what was asked.</summary>
    Done,

    /// <summary>There is no such document.</summary>
    NotFound,

    /// <summary>The id or the key is taken.</summary>
    Conflict,

    /// <summary>Another version is stored than the one named.</summary>
    PreconditionFailed,

    /// <summary>The store asks to come back later.</summary>
    Throttled,

    /// <summary>The store does not answer. A write may have happened or not.</summary>
    Unavailable,
}

/// <summary>What a read gave.</summary>
/// <param name="Outcome">Done, NotFound (a single document only), Throttled or Unavailable.</param>
/// <param name="Value">What was read; null unless Done.</param>
/// <param name="RetryAfter">How long to wait, when throttled and known.</param>
public readonly record struct ReadResult<T>(StoreOutcome Outcome, T? Value, TimeSpan? RetryAfter = null)
    where T : class;

/// <summary>How many documents there are.</summary>
/// <param name="Value">0 or more.</param>
public sealed record DocumentCount(long Value);

/// <summary>What a commit did: everything, or nothing.</summary>
/// <param name="Outcome">Done, or why nothing was written.</param>
/// <param name="ETags">When Done: the new version of each write in its order, empty for a delete.</param>
/// <param name="FailedWrite">The index of the write whose precondition failed; -1 when none did.</param>
/// <param name="RetryAfter">How long to wait, when throttled and known.</param>
public readonly record struct CommitResult(
    StoreOutcome Outcome, IReadOnlyList<string> ETags, int FailedWrite = -1, TimeSpan? RetryAfter = null);
