namespace Sessions.Storage;

/// <summary>A store that could not serve a request, above the port where there is nothing left to decide.</summary>
public sealed class StoreFaultException : Exception
{
    /// <summary>A fault of this kind.</summary>
    /// <param name="outcome">Throttled, Unavailable, or PreconditionFailed when others were always faster.</param>
    /// <param name="retryAfter">How long the store asks to wait, if it said.</param>
    public StoreFaultException(StoreOutcome outcome, TimeSpan? retryAfter = null)
        : base($"The store answered {outcome}.")
    {
        Outcome = outcome;
        RetryAfter = retryAfter;
    }

    /// <inheritdoc/>
    public StoreFaultException()
    {
    }

    /// <inheritdoc/>
    public StoreFaultException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public StoreFaultException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What the store answered.</summary>
    public StoreOutcome Outcome { get; } = StoreOutcome.Unavailable;

    /// <summary>How long the store asks to wait, or null.</summary>
    public TimeSpan? RetryAfter { get; }
}
