namespace Sessions.TwilioProxy;

/// <summary>What went wrong with a carrier.</summary>
public enum CarrierFailure
{
    /// <summary>It answered no: nothing happened, and nothing will.</summary>
    Refused,

    /// <summary>It was not reached, or has no time: nothing happened.</summary>
    Busy,

    /// <summary>It did not answer, or not in words that can be read: it may have happened or not.</summary>
    Unknown,
}

/// <summary>A carrier did not do what it was asked.</summary>
public sealed class CarrierException : Exception
{
    /// <summary>A failure with the carrier's word for it.</summary>
    /// <param name="kind">Whether it may have happened.</param>
    /// <param name="code">The carrier's code, such as 21610, or a word such as <c>timeout</c>.</param>
    /// <param name="innerException">What led to it, or null.</param>
    public CarrierException(CarrierFailure kind, string code, Exception? innerException = null)
        : base($"Carrier: {code}", innerException) => (Kind, Code) = (kind, code);

    /// <inheritdoc/>
    public CarrierException()
    {
    }

    /// <inheritdoc/>
    public CarrierException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public CarrierException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether it may have happened.</summary>
    public CarrierFailure Kind { get; }

    /// <summary>The carrier's word for it.</summary>
    public string Code { get; } = "unknown";

    /// <summary>Whether there is no such thing as was asked for.</summary>
    public bool IsNotFound { get; init; }
}
