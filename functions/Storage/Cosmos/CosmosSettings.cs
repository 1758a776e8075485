using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.Storage.Cosmos;

/// <summary>Which container of Azure Cosmos DB holds the documents, and how to reach it.</summary>
/// <param name="Database">The database's name: <c>Cosmos__Database</c>, else <c>sessions</c>.</param>
/// <param name="Container">The container's name: <c>Cosmos__Container</c>, else <c>sessions</c>.</param>
public sealed record CosmosSettings(string Database, string Container)
{
    /// <summary>Endpoint and key in one: <c>Cosmos__ConnectionString</c>. Null when there is an endpoint.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The account's address, to go to with a managed identity: <c>Cosmos__Endpoint</c>.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>
    /// Whether to go through the HTTP gateway rather than straight to the replicas: <c>Cosmos__ConnectionMode</c>.
    /// </summary>
    public bool Gateway { get; init; }

    /// <summary>Whether to look for no other regions: <c>Cosmos__LimitToEndpoint</c>, for emulators.</summary>
    public bool LimitToEndpoint { get; init; }

    /// <summary>How long one call of the store goes on trying before it says that it cannot.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many requests that were not answered are sent again at once at most; see
    /// <see cref="RetryBudget"/>.</summary>
    public int Retries { get; init; } = 10;

    /// <summary>
    /// How many request units a second the container has: <c>Cosmos__UnitsPerSecond</c>, else the 5,000 of a serverless
    /// one. What can wait, such as the timers' work, goes on while less than half of it is in use.
    /// </summary>
    public int UnitsPerSecond { get; init; } = 5000;

    /// <summary>Reads the <c>Cosmos</c> section; null when it names no account.</summary>
    /// <exception cref="SettingsException">A value cannot be used.</exception>
    public static CosmosSettings? From(IConfiguration configuration)
    {
        var section = new SettingsSection(configuration.GetSection("Cosmos"));
        var (connection, endpoint) = (section.Text("ConnectionString"), section.Address("Endpoint"));
        if (connection is not null && endpoint is not null)
        {
            throw SettingsException.For(
                "Cosmos:Endpoint", $"{endpoint}", "be left out beside Cosmos__ConnectionString");
        }

        return connection is null && endpoint is null ? null : new(
            section.Text("Database") ?? "sessions", section.Text("Container") ?? "sessions")
        {
            ConnectionString = connection,
            Endpoint = endpoint,
            Gateway = section.OneOf("ConnectionMode", "Direct", "Gateway") is "Gateway",
            UnitsPerSecond = section.Whole("UnitsPerSecond", 5000, 400),
            LimitToEndpoint = section.OneOf("LimitToEndpoint", "false", "true") is "true",
        };
    }
}
