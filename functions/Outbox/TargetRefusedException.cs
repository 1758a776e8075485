namespace Sessions.Outbox;

/// <summary>A target that <see cref="TargetPolicy"/> does not allow.</summary>
internal sealed class TargetRefusedException : Exception
{
    public TargetRefusedException()
        : this("The target is not allowed.")
    {
    }

    public TargetRefusedException(string message)
        : base(message)
    {
    }

    public TargetRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
