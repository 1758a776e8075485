using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.StandIn;
using Sessions.Storage.Cosmos;
using Sessions.Telemetry;

namespace Sessions.Tests.Support;

/// <summary>
/// What answers in the place of Azure Cosmos DB: one process for the whole run, started when the first test needs it.
/// Each store has a container of its own there.
/// </summary>
internal static class CosmosStandIn
{
    private static readonly ConcurrentDictionary<Consistency, Lazy<Task<CosmosAccount>>> _accounts = new();
    private static readonly SocketsHttpHandler _connections = new();

    /// <summary>Opens a store over a new container.</summary>
    /// <param name="clock">The clock that documents live by.</param>
    /// <param name="handler">Makes what requests pass through on their way; nothing when null.</param>
    /// <param name="adjust">Changes the settings.</param>
    /// <param name="level">What the account promises.</param>
    public static async Task<CosmosDocumentStore> OpenStore(
        TimeProvider clock,
        Func<DelegatingHandler>? handler = null,
        Func<CosmosSettings, CosmosSettings>? adjust = null,
        Consistency level = Consistency.Strong)
    {
        var settings = await NewSettings(level);
        var store = Open(adjust?.Invoke(settings) ?? settings, clock, handler);
        await store.Check(CancellationToken.None);
        return store;
    }

    /// <summary>Makes a store without looking at its container.</summary>
    public static CosmosDocumentStore Open(
        CosmosSettings settings, TimeProvider clock, Func<DelegatingHandler>? handler, StoreCosts? costs = null) =>
        CosmosDocumentStore.Open(
            settings, clock, NullLogger<CosmosDocumentStore>.Instance, () => Client(handler?.Invoke()), costs);

    /// <summary>The settings of a container that is not there yet.</summary>
    public static async Task<CosmosSettings> NewSettings(Consistency level = Consistency.Strong) =>
        new("tests", $"c{Guid.NewGuid():N}")
    {
        ConnectionString = $"AccountEndpoint={(await Account(level)).Address};AccountKey=c3RhbmQtaW4=",
        Gateway = true,
        LimitToEndpoint = true,
        Patience = TimeSpan.FromSeconds(30),
        Retries = 100_000,
    };

    /// <summary>Gives a container so many request units a second.</summary>
    public static async Task Throttle(CosmosSettings settings, double unitsPerSecond) =>
        (await ContainerOf(settings)).Throttle(unitsPerSecond);

    /// <summary>What may be turned and read of a container.</summary>
    public static async Task<ContainerControl> ContainerOf(
        CosmosSettings settings, Consistency level = Consistency.Strong) =>
        (await Account(level)).Container(settings.Database, settings.Container);

    private static Task<CosmosAccount> Account(Consistency level) => _accounts.GetOrAdd(
        level, asked => new(() => CosmosAccount.Start(new() { Consistency = asked }))).Value;

    // The SDK would look for the metadata server of a cloud.
    [ModuleInitializer]
    internal static void StayHere() => Environment.SetEnvironmentVariable("COSMOS_DISABLE_IMDS_ACCESS", "true");

    private static HttpClient Client(DelegatingHandler? handler)
    {
        if (handler is null)
        {
            return new(_connections, disposeHandler: false);
        }

        handler.InnerHandler ??= new SocketsHttpHandler();
        return new(handler, disposeHandler: false);
    }
}
