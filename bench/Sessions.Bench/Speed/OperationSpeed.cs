namespace Sessions.Bench;

/// <summary>What was found of one operation of a surface.</summary>
/// <param name="Surface">The surface.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Rates">Its rates beside other servers', by the number of connections.</param>
/// <param name="Cost">What it costs.</param>
/// <param name="Half">How long it takes at half of the maximum.</param>
internal sealed record OperationSpeed(
    string Surface, string Operation, IReadOnlyDictionary<int, Rates> Rates, Expense Cost, Pace Half)
{
    /// <summary>How long a create takes one client alone; null for other operations.</summary>
    public Alone? Alone { get; init; }

    /// <summary>How long a constant takes, asked as often as a fetch while nothing else goes on; null for other
    /// operations. Less than that cannot be seen.</summary>
    public Arrived? Floor { get; init; }

    /// <summary>Both names.</summary>
    public string Name => $"{Surface} {Operation}";

    /// <summary>Whether something is written.</summary>
    public bool IsWrite => Operation is "create" or "update";

    /// <summary>The lowest of its rates beside the lean server's.</summary>
    public double LowestOfLean => Rates.Values.Min(rates => rates.OfLean);
}

/// <summary>Rates with a number of connections, the median of some rounds.</summary>
/// <param name="PerSecond">The service's requests in a second.</param>
/// <param name="OfLean">That over the lean server's.</param>
/// <param name="OfStore">Over that of the server that makes the same store's calls; null when not measured.</param>
/// <param name="OfConstant">Over that of the server that answers a constant; null when not measured.</param>
internal sealed record Rates(double PerSecond, double OfLean, double? OfStore, double? OfConstant);

/// <summary>What a request costs the service.</summary>
/// <param name="Written">Bytes that it has written to the disk.</param>
/// <param name="Syncs">How often it waits for the disk, asked by one client alone; null when not measured.</param>
/// <param name="Allocated">Bytes that it allocates.</param>
/// <param name="Microseconds">Its processor time.</param>
/// <param name="LeanMicroseconds">The lean server's.</param>
internal sealed record Expense(
    double Written, double? Syncs, double Allocated, double Microseconds, double LeanMicroseconds);

/// <summary>Requests that arrived at a steady pace.</summary>
/// <param name="PerSecond">How many in a second.</param>
/// <param name="Took">How they were answered.</param>
internal sealed record Pace(double PerSecond, Arrived Took);

/// <summary>One client alone.</summary>
/// <param name="Took">How it was answered.</param>
/// <param name="Syncs">How long the same disk took for 4 KB.</param>
internal sealed record Alone(Arrived Took, Arrived Syncs);
