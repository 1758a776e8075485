namespace Sessions.LiveStream;

/// <summary>What went wrong with LiveKit.</summary>
public enum LiveKitFailure
{
    /// <summary>It does not answer, or says that it cannot now. What was asked may have happened or not.</summary>
    Unavailable,

    /// <summary>It answered no; nothing happened.</summary>
    Refused,
}

/// <summary>LiveKit did not do what it was asked.</summary>
public sealed class LiveKitException : Exception
{
    /// <summary>Twirp's word for what is not there.</summary>
    public const string NotFound = "not_found";

    private const string TimedOut = "timeout";

    /// <summary>A failure with LiveKit's word for it.</summary>
    /// <param name="kind">Whether it may have happened.</param>
    /// <param name="code">The Twirp code, such as <c>not_found</c>, or <c>timeout</c>, or <c>unreachable</c>.</param>
    /// <param name="innerException">What led to it, or null.</param>
    public LiveKitException(LiveKitFailure kind, string code, Exception? innerException = null)
        : base($"LiveKit: {code}", innerException)
    {
        Kind = kind;
        Code = code;
    }

    /// <inheritdoc/>
    public LiveKitException()
    {
    }

    /// <inheritdoc/>
    public LiveKitException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public LiveKitException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether it may have happened.</summary>
    public LiveKitFailure Kind { get; }

    /// <summary>LiveKit's word for it.</summary>
    public string Code { get; } = "unknown";

    /// <summary>That there was no answer in time.</summary>
    public static LiveKitException Late(Exception? innerException = null) =>
        new(LiveKitFailure.Unavailable, TimedOut, innerException);
}
