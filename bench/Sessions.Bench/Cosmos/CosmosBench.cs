using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.StandIn;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Bench;

/// <summary>A service over a stand-in for Cosmos DB, whose charges are read here.</summary>
internal sealed class CosmosBench : IAsyncDisposable
{
    // The stand-in's threads: who is asked for something large answers others meanwhile, as the service would. The pool
    // begins with one for each processor, and some of them wait for what other processes print.
    private const int Threads = 32;
    private const string Never = "0 0 0 1 1 *";
    private static readonly string[] _timers = ["Expiry", "Outbox", "LiveStream"];
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private readonly CosmosAccount _account;

    private CosmosBench(CosmosAccount account, Server server) => (_account, Server) = (account, server);

    /// <summary>The service.</summary>
    public Server Server { get; }

    /// <summary>What may be turned and read of its container.</summary>
    public ContainerControl Container => _account.Container("sessions", "sessions");

    /// <summary>Starts both.</summary>
    /// <param name="program">The service's assembly, perhaps an older one; null for the one built with this.</param>
    /// <param name="level">The account's consistency.</param>
    /// <param name="settings">Further settings of the service.</param>
    public static Task<CosmosBench> Start(
        string? program, Consistency level, params IReadOnlyCollection<string> settings) => Open(
        program,
        level,
        [.. TestAccounts.Settings.Select(setting => $"--{setting.Key}={setting.Value}"), .. settings]);

    /// <summary>Starts both, with the development account alone.</summary>
    /// <param name="level">The account's consistency.</param>
    public static Task<CosmosBench> ForDevelopment(Consistency level) => Open(null, level, []);

    /// <summary>A store over the same container, to fill it past the service.</summary>
    public Task<CosmosDocumentStore> OpenStore() => OpenStore(_account, "sessions");

    /// <summary>A store over a container of an account.</summary>
    public static async Task<CosmosDocumentStore> OpenStore(CosmosAccount account, string container)
    {
        var store = CosmosDocumentStore.Open(
            new("sessions", container)
            {
                ConnectionString = Connection(account.Address),
                Gateway = true,
                LimitToEndpoint = true,
                Patience = TimeSpan.FromMinutes(1),
            },
            TimeProvider.System,
            NullLogger<CosmosDocumentStore>.Instance);
        await store.Check(CancellationToken.None);
        return store;
    }

    /// <summary>Starts a service of the development account over a container of an account.</summary>
    /// <param name="account">Where the account listens.</param>
    /// <param name="container">The container.</param>
    /// <param name="settings">Further settings of the service.</param>
    public static Task<Server> Serve(
        Uri account, string container, params IReadOnlyCollection<string> settings) =>
        Server.Start("Sessions.dll", [.. Place(account, container), .. Schedules(settings), .. settings]);

    /// <summary>What work costs, with all that follows from it: until nothing more is asked.</summary>
    public async Task<Cost> CostOf(Func<Task> work)
    {
        await Quiet();
        var log = Container.Log;
        var (requests, units) = (log.Requests, log.Units);
        await work();
        await Quiet();
        return new(log.Requests - requests, log.Units - units);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Server.Dispose();
        await _account.DisposeAsync();
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "What is given owns the server.")]
    private static async Task<CosmosBench> Open(
        string? program, Consistency level, IReadOnlyCollection<string> settings)
    {
        Environment.SetEnvironmentVariable("COSMOS_DISABLE_IMDS_ACCESS", "true");
        ThreadPool.SetMinThreads(Threads, Threads);
        var account = await CosmosAccount.Start(new() { Consistency = level });
        string[] all =
        [
            .. Place(account.Address, "sessions"),
            .. Schedules(settings),
            .. settings,
        ];
        return new(account, await Server.Start(program ?? "Sessions.dll", all));
    }

    private async Task Quiet()
    {
        var end = TimeProvider.System.GetTimestamp();
        for (var last = -1; Container.Log.Requests is var now && now != last; last = now)
        {
            if (TimeProvider.System.GetElapsedTime(end) > _patience)
            {
                return;
            }

            await Task.Delay(_quiet);
        }
    }

    /// <summary>What a client goes to an account with.</summary>
    public static string Connection(Uri account) => $"AccountEndpoint={account};AccountKey=c3RhbmQtaW4=";

    private static IEnumerable<string> Place(Uri account, string container) =>
    [
        "--quiet", "--urls=http://127.0.0.1:0",
        $"--Cosmos:ConnectionString={Connection(account)}",
        $"--Cosmos:Container={container}",
        "--Cosmos:ConnectionMode=Gateway",
        "--Cosmos:LimitToEndpoint=true",
    ];

    private static IEnumerable<string> Schedules(IReadOnlyCollection<string> settings) =>
        _timers
            .Where(timer => !settings.Any(setting => setting.StartsWith($"--{timer}:", StringComparison.Ordinal)))
            .Select(timer => $"--{timer}:Schedule={Never}");
}

/// <summary>What something cost.</summary>
/// <param name="Requests">How many requests.</param>
/// <param name="Units">How many request units, as the stand-in models them.</param>
internal sealed record Cost(int Requests, double Units)
{
    /// <summary>Less what another one cost.</summary>
    public Cost Less(Cost other) => new(Requests - other.Requests, Units - other.Units);

    /// <summary>For each of so many.</summary>
    public string Each(int count) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{(double)Requests / count:0.##} | {Units / count:0.0}");
}
