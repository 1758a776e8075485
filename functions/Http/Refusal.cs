namespace Sessions.Http;

/// <summary>Why a request is refused, as every surface knows it; each has its own code and shape for it.</summary>
public enum RefusalKind
{
    /// <summary>The surface's own reason, which a derived record holds.</summary>
    Surface,

    /// <summary>No credentials, or wrong ones.</summary>
    Unauthenticated,

    /// <summary>Good credentials that may not do this.</summary>
    Forbidden,

    /// <summary>No such thing, or not the caller's.</summary>
    NotFound,

    /// <summary>The path exists, with other verbs.</summary>
    MethodNotAllowed,

    /// <summary>A header, path, query or body that cannot be read, or a value that is not allowed.</summary>
    Invalid,

    /// <summary>A body over the surface's limit.</summary>
    TooLarge,

    /// <summary>A path and query that are longer than the server reads.</summary>
    UriTooLong,

    /// <summary>Headers that are more or longer than the server reads.</summary>
    HeadersTooLarge,

    /// <summary>A request that takes too long to come.</summary>
    TimedOut,

    /// <summary>A body in another format than the surface reads.</summary>
    UnsupportedMedia,

    /// <summary><c>If-Match</c> names another version.</summary>
    PreconditionFailed,

    /// <summary>An idempotency key that was used for another request.</summary>
    IdempotencyMismatch,

    /// <summary>Too much at once; <c>Retry-After</c> may tell how long to wait.</summary>
    Throttled,

    /// <summary>The store does not answer.</summary>
    Unavailable,

    /// <summary>Our fault.</summary>
    Internal,
}

/// <summary>Why a request is not served, before a surface has put it in its own shape.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Message">What the caller should do, in a sentence. Holds no secret and no personal data.</param>
public record Refusal(RefusalKind Kind, string Message)
{
    /// <summary>How long to wait before trying again, or null when that is unknown.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Which of its kind's causes it is, in UPPER_SNAKE_CASE; null for the usual one. Not every surface tells.
    /// </summary>
    public string? Cause { get; init; }
}

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
    public static RefusedException For(RefusalKind kind, string message, string? cause = null) =>
        new(new Refusal(kind, message) { Cause = cause });
}
