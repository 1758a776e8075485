namespace Sessions.Scale;

/// <summary>What is simulated.</summary>
/// <param name="PerDay">How many sessions begin in a day, and end.</param>
/// <param name="IsSmall">Whether on <c>SESSIONS_SCALE=small</c>; else on standard.</param>
/// <param name="Seed">Decides what chance decides.</param>
internal sealed record Scenario(double PerDay, bool IsSmall, int Seed)
{
    /// <summary>Of this many sessions a day there is another tenant.</summary>
    public const int PerTenant = 1000;

    /// <summary>What part of a day's sessions is due at one moment, in the middle of the morning.</summary>
    public const double Due = 0.1;

    /// <summary>When that is, in seconds of the day.</summary>
    public const double DueAt = 10 * 3600;

    /// <summary>What part of a container's units its use may come to before the sweep waits.</summary>
    public const double SweepShare = 0.5;

    /// <summary>What part of that the sweep has in any case.</summary>
    public const double SweepLeast = 0.2;

    /// <summary>What part of a ceiling the fullest minute is to take, when a ceiling is chosen.</summary>
    public const double Chosen = 0.7;

    /// <summary>How long a request is tried again before it is refused, in seconds.</summary>
    public const double Patience = 5;

    private const int FewestTenants = 10;
    private const int MostTenants = 1_000_000;

    /// <summary>How many tenants there are.</summary>
    public int Tenants => (int)Math.Clamp(PerDay / PerTenant, FewestTenants, MostTenants);
}

/// <summary>The container that a scenario has, when it has had its sessions for as long as they are kept.</summary>
internal sealed class Container
{
    // Zones keep two instances for calls and for each of three timers.
    private const int ReadyInAll = 8;
    private const int ReadyForCalls = 2;

    // What a ceiling may not be below: https://learn.microsoft.com/azure/cosmos-db/autoscale-faq
    private const double UnitsOfGigabyte = 10;
    private const double LeastCeiling = 10_000;

    private readonly bool _isSmall;

    /// <summary>That of a scenario whose fullest minute takes so many units a second.</summary>
    public Container(Scenario scenario, double peak, double gigabytes)
    {
        _isSmall = scenario.IsSmall;
        Gigabytes = gigabytes;
        Ceiling = _isSmall ? 0 : Math.Max(
            LeastCeiling, Thousands(Math.Max(peak / Scenario.Chosen, gigabytes * UnitsOfGigabyte)));
        Partitions = (int)Math.Max(
            1, Math.Ceiling(Math.Max(gigabytes / Azure.PhysicalGigabytes, Ceiling / Azure.PartitionUnits)));
        PerPartition = _isSmall ? Azure.ServerlessUnits : Ceiling / Partitions;
    }

    /// <summary>Units a second that autoscale goes up to; 0 for serverless.</summary>
    public double Ceiling { get; }

    /// <summary>How many physical partitions it has.</summary>
    public int Partitions { get; }

    /// <summary>Units a second of each of them.</summary>
    public double PerPartition { get; }

    /// <summary>What is stored.</summary>
    public double Gigabytes { get; }

    /// <summary>Instances that wait for calls.</summary>
    public int Ready => _isSmall ? 0 : ReadyForCalls;

    /// <summary>Dollars a month for being there, but for what is used.</summary>
    public double Standing => (Gigabytes * Azure.Gigabyte)
        + (_isSmall ? 0 : ReadyInAll * 2 * Azure.Hours * 3600 * Azure.Ready);

    /// <summary>Dollars for an hour in which a partition took so many units a second at most.</summary>
    public double Hour(double most) => _isSmall ? 0
        : Math.Clamp(most, PerPartition * Azure.AutoscaleFloor, PerPartition) / 100 * Azure.AutoscaleHundred;

    /// <summary>Dollars for so many units.</summary>
    public double Used(double units) => _isSmall ? units / 1e6 * Azure.ServerlessMillion : 0;

    private static double Thousands(double units) => Math.Ceiling(units / 1000) * 1000;
}
