namespace Sessions.StandIn;

/// <summary>What the service answers when it does not do what it was asked.</summary>
public sealed class ServiceException : Exception
{
    /// <summary>For serializers.</summary>
    public ServiceException()
    {
    }

    /// <summary>Something that should not be.</summary>
    public ServiceException(string message)
        : base(message)
    {
    }

    /// <summary>Something that should not be, and why.</summary>
    public ServiceException(string message, Exception inner)
        : base(message, inner)
    {
    }

    internal ServiceException(int status, string message, int subStatus = 0)
        : base(message) => (Status, SubStatus) = (status, subStatus);

    internal int Status { get; } = 500;

    internal int SubStatus { get; }

    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>A query that is not understood.</summary>
    internal static ServiceException Query(string message) => new(400, message);
}
