namespace Sessions.Bench;

/// <summary>How speed is measured.</summary>
/// <param name="Program">The assembly of the service: one that lies beside this one, or a path.</param>
/// <param name="Surface">The only surface; null for all.</param>
/// <param name="Operation">The only operation: fetch, update, list or create; null for all.</param>
/// <param name="Rounds">How many rounds count.</param>
/// <param name="Time">How long a server is loaded in a round.</param>
/// <param name="Arrivals">For how long requests arrive at half of the maximum.</param>
internal sealed record SpeedOptions(
    string Program, string? Surface, string? Operation, int Rounds, TimeSpan Time, TimeSpan Arrivals)
{
    /// <summary>Where most connections are compared, with all servers.</summary>
    public const int Middle = 32;

    /// <summary>How long an operation is asked before it counts: a program's code is compiled again, and better, while
    /// it is new.</summary>
    public static TimeSpan WarmUp { get; } = TimeSpan.FromSeconds(1.5);

    /// <summary>How long a process that has answered nothing yet is asked before: what all operations share is compiled
    /// then, beside a sweep that has begun already.</summary>
    public static TimeSpan WarmUpOfAll { get; } = TimeSpan.FromSeconds(6);

    /// <summary>With how many connections; the last are one client alone.</summary>
    public static IReadOnlyList<int> Connections { get; } = [256, Middle, 1];

    /// <summary>The arguments by which only a part is measured.</summary>
    public string Part =>
        (Surface is null ? "" : $" --surface {Surface}") + (Operation is null ? "" : $" --operation {Operation}");

    /// <summary>The surfaces that are asked.</summary>
    public IEnumerable<string> Surfaces => SurfaceLoads.All.Keys.Where(name => Surface is null || Surface == name);

    /// <summary>Of these, what is asked.</summary>
    public IEnumerable<KeyValuePair<string, Exchange>> Asked(IReadOnlyDictionary<string, Exchange> exchanges) =>
        exchanges.Where(each => Operation is null || Operation == each.Key);
}
