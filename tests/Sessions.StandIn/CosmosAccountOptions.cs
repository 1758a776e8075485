namespace Sessions.StandIn;

/// <summary>How reads see writes: https://learn.microsoft.com/azure/cosmos-db/consistency-levels</summary>
public enum Consistency
{
    /// <summary>A read sees every write that was answered. Costs twice.</summary>
    Strong,

    /// <summary>A read sees at most some writes less. Costs twice.</summary>
    BoundedStaleness,

    /// <summary>A client sees its own writes, and those of others a little later.</summary>
    Session,

    /// <summary>As writes come in, in their order.</summary>
    ConsistentPrefix,

    /// <summary>As writes come in.</summary>
    Eventual,
}

/// <summary>What kind of account to stand in for.</summary>
public sealed record CosmosAccountOptions
{
    /// <summary>Where to listen; 0 for a free port.</summary>
    public int Port { get; init; }

    /// <summary>The account's level; a request may ask for a weaker one.</summary>
    public Consistency Consistency { get; init; }

    /// <summary>How long a write stays unseen by readers that are not owed it.</summary>
    public TimeSpan Lag { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The account's regions, the one that is written to first. The others are told to be at addresses that lead
    /// nowhere, such as <c>http://northeurope.standin:8081/</c>: all are this one, for who brings requests here.
    /// </summary>
    public IReadOnlyList<string> Regions { get; init; } = ["Stand-in"];

    /// <summary>Request units a second for a container; infinite for as many as it likes.</summary>
    public double UnitsPerSecond { get; init; } = double.PositiveInfinity;

    /// <summary>Faults for all requests about items, as in <c>429=0.2,503=0.05</c>.</summary>
    public string Faults { get; init; } = "";

    /// <summary>The clock that times to live are counted by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
