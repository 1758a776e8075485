using Sessions.Telemetry;

namespace Sessions.Storage;

/// <summary>
/// What the store is asked for: the requests of callers, which somebody waits for, or a piece of work of the program's
/// own. What it costs is told apart by it; see <see cref="IDocumentStore.For"/>.
/// </summary>
/// <param name="Name">
/// What it is called in what is told of costs; empty for the requests of callers, which are called by their API.
/// </param>
public sealed record StoreWork(string Name)
{
    /// <summary>
    /// The part of the store that it is about, one of <see cref="IDocumentStore.ReadShards"/>: what is due and what is
    /// gone is looked for there alone. Empty for all of it.
    /// </summary>
    public string Shard { get; init; } = "";

    /// <summary>Whether its writes come after those that somebody waits for.</summary>
    public bool CanWait { get; init; }

    /// <summary>The requests of callers.</summary>
    public static StoreWork OfCallers { get; } = new("");

    /// <summary>What the timer settles and removes.</summary>
    public static StoreWork Sweep { get; } = new("sweep") { CanWait = true };

    /// <summary>What is done to deliver events.</summary>
    public static StoreWork Outbox { get; } = new("outbox");

    /// <summary>What those who look after an account ask for.</summary>
    public static StoreWork Operator { get; } = new("operator");

    /// <summary>Who pays for what is asked over partitions.</summary>
    /// <param name="account">The account that it is about; empty for nobody's.</param>
    internal Payer OfAccount(string account) => new(account, Name.Length > 0 ? Name : "lists");
}
