using System.Globalization;
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

    /// <summary>
    /// The regions that this process reads from, in the order in which it turns to them, its own first:
    /// <c>Cosmos__Regions__{n}</c>. Empty for the order of the account.
    /// </summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

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

    /// <summary>
    /// How many request units a second the sweep may use, all instances together:
    /// <c>Cosmos__SweepUnitsPerSecond</c>, else half of <see cref="UnitsPerSecond"/>. Each physical partition has its
    /// part of them.
    /// </summary>
    public int SweepUnitsPerSecond { get; init; } = 2500;

    /// <summary>Reads the <c>Cosmos</c> section; null when it names no account.</summary>
    /// <exception cref="SettingsException">A value cannot be used.</exception>
    public static CosmosSettings? From(IConfiguration configuration)
    {
        var section = new SettingsSection(configuration.GetSection("Cosmos"));
        var units = section.Whole("UnitsPerSecond", 5000, 400);
        var (connection, endpoint) = (section.Text("ConnectionString"), section.Address("Endpoint"));
        if (connection is not null && endpoint is not null)
        {
            throw SettingsException.For(
                "Cosmos:Endpoint", $"{endpoint}", "be left out beside Cosmos__ConnectionString");
        }

        var isLimited = section.OneOf("LimitToEndpoint", "false", "true") is "true";
        return connection is null && endpoint is null ? null : new(
            section.Text("Database") ?? "sessions", section.Text("Container") ?? "sessions")
        {
            ConnectionString = connection,
            Endpoint = endpoint,
            Gateway = section.OneOf("ConnectionMode", "Direct", "Gateway") is "Gateway",
            UnitsPerSecond = units,
            SweepUnitsPerSecond = section.Whole("SweepUnitsPerSecond", units / 2, 50),
            LimitToEndpoint = isLimited,
            Regions = RegionsIn(section, isLimited),
        };
    }

    // The client takes names of regions that it has never heard of, new as they may be, and passes over those that the
    // account does not have. What can be told here is what is no name, or stands there twice.
    private static List<string> RegionsIn(SettingsSection section, bool isLimited)
    {
        List<string> regions = [.. section.Texts("Regions")];
        for (var index = 0; index < regions.Count; index++)
        {
            var should = isLimited ? "be left out beside Cosmos__LimitToEndpoint"
                : !regions[index].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is ' ')
                    ? "be the name of an Azure region, such as West Europe or westeurope"
                : regions[..index].Exists(before => IsSame(before, regions[index])) ? "stand in the list once"
                : null;
            if (should is not null)
            {
                throw SettingsException.For(
                    string.Create(CultureInfo.InvariantCulture, $"Cosmos:Regions:{index}"), regions[index], should);
            }
        }

        return regions;
    }

    private static bool IsSame(string one, string other) =>
        WithoutBlanks(one).Equals(WithoutBlanks(other), StringComparison.OrdinalIgnoreCase);

    private static string WithoutBlanks(string name) => name.Replace(" ", "", StringComparison.Ordinal);
}
