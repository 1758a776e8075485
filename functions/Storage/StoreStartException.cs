namespace Sessions.Storage;

/// <summary>
/// The store cannot be used as it is configured, so the app must not start. The message is for whoever starts it: it
/// names the place, says what is wrong and what to do. Nothing was changed there.
/// </summary>
public sealed class StoreStartException : Exception
{
    /// <summary>Needed by tools that copy exceptions; says nothing.</summary>
    public StoreStartException()
    {
    }

    /// <summary>Says what is wrong and what to do.</summary>
    public StoreStartException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong and what to do, and keeps what led to it.</summary>
    public StoreStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
