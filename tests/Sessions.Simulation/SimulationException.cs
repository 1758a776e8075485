namespace Sessions.Simulation;

/// <summary>The simulation itself went wrong, not what it simulates.</summary>
public sealed class SimulationException : Exception
{
    /// <inheritdoc/>
    public SimulationException()
    {
    }

    /// <summary>Says what went wrong.</summary>
    public SimulationException(string message)
        : base(message)
    {
    }

    /// <summary>Says what went wrong, and why.</summary>
    public SimulationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
