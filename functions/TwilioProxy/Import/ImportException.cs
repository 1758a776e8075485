namespace Sessions.TwilioProxy;

/// <summary>An import cannot go on. The message says what to do.</summary>
public sealed class ImportException : Exception
{
    /// <summary>Says nothing; prefer a message.</summary>
    public ImportException()
    {
    }

    /// <summary>Says what to do.</summary>
    public ImportException(string message)
        : base(message)
    {
    }

    /// <summary>Says what to do, with what caused it.</summary>
    public ImportException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What answered does not speak Twilio Proxy.</summary>
    internal static ImportException NotProxy(string why, Exception? cause = null) => new(
        $"The source does not answer as Twilio Proxy does: {why}. Look at --from: it is https://proxy.twilio.com, or "
        + "the address of another installation, without a path.",
        cause);
}
