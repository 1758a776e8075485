namespace Sessions.Http;

/// <summary>Ends a request with a refusal, from wherever the reason was found.</summary>
public sealed class RefusedException : Exception
{
    /// <summary>Ends the request with this refusal.</summary>
    public RefusedException(Refusal refusal)
        : base(refusal.Message) => Refusal = refusal;

    /// <inheritdoc/>
    public RefusedException()
        : this("The request cannot be served.")
    {
    }

    /// <inheritdoc/>
    public RefusedException(string message)
        : this(new Refusal(RefusalKind.Internal, message))
    {
    }

    /// <inheritdoc/>
    public RefusedException(string message, Exception innerException)
        : base(message, innerException) => Refusal = new(RefusalKind.Internal, message);

    /// <summary>What to tell the caller.</summary>
    public Refusal Refusal { get; }

    /// <summary>A refusal for one of the common reasons.</summary>
    public static RefusedException For(RefusalKind kind, string message) => new(new Refusal(kind, message));
}
