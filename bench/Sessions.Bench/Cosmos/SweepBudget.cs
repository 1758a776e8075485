using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Azure.Cosmos;
using Sessions.StandIn;
using Sessions.Storage;
using Sessions.Storage.Cosmos;

namespace Sessions.Bench;

/// <summary>
/// Very many sessions that are due, in a container of four physical partitions that has 5,000 request units a second:
/// what the sweep uses at several shares of them, and how users are answered meanwhile who come at a steady pace. Then
/// how long one process and four take for some thousand sessions, each of which may use 1,000 units a second.
/// </summary>
internal sealed class SweepBudget : IAsyncDisposable
{
    private const int Parts = 4;
    private const double PerSecond = 5000;
    private const int OfAProcess = 1000;
    private const int Services = 100;
    private const int UsersServices = 16;
    private const int Living = 50;
    private const double CreatesPerSecond = 40;
    private const double FetchesPerSecond = 120;
    private const string EachSecond = "--Expiry:Schedule=* * * * * *";
    private static readonly int[] _shares = [500, 1000, 1500, 2500];
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan _measured = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _untilDue = TimeSpan.FromSeconds(20);
    private readonly CosmosAccount _account;
    private double _ofUsers;

    private SweepBudget(CosmosAccount account) => _account = account;

    public static async Task Run(Consistency level, int sessions, int some)
    {
        Environment.SetEnvironmentVariable("COSMOS_DISABLE_IMDS_ACCESS", "true");
        await using var run = new SweepBudget(await CosmosAccount.Start(new() { Consistency = level }));
        if (sessions > 0)
        {
            await run.Shares(sessions);
        }

        foreach (var sweepers in some > 0 ? new[] { 1, Parts } : [])
        {
            await run.Sweepers(sweepers, some);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _account.DisposeAsync();

    [SuppressMessage("Reliability", "CA2000", Justification = "Each server is disposed of where it was used.")]
    private async Task Shares(int sessions)
    {
        var (container, paths) = ("many", new List<string>());
        using var store = await Open(container);
        var now = TimeProvider.System.GetUtcNow();
        await Seeding.Timed($"{sessions} due sessions stored", () => Fill(store, sessions, now.AddHours(-2)));
        for (var number = 1; number <= UsersServices; number++)
        {
            paths.Add(await Seeding.Service(store, Services + number, Living, now));
        }

        _account.Container("sessions", container).Throttle(PerSecond);
        Console.WriteLine(
            "for the sweep, units, used by it | settled | create p50, p99 ms | fetch p50, p99 ms | refused");
        using (var server = await CosmosBench.Serve(_account.Address, container))
        {
            await Share(server, paths, container, null);
        }

        foreach (var share in _shares)
        {
            using var server = await CosmosBench.Serve(
                _account.Address,
                container,
                EachSecond,
                $"--Cosmos:SweepUnitsPerSecond={share}");
            await Share(server, paths, container, share);
        }
    }

    private async Task Share(Server server, List<string> paths, string container, int? share)
    {
        var control = _account.Container("sessions", container);
        using var creates = new Arrivals(server.Address, CreatesPerSecond, number =>
            Arrivals.Request(HttpMethod.Post, paths[number % paths.Count]));
        using var fetches = new Arrivals(server.Address, FetchesPerSecond, number => Arrivals.Request(
            HttpMethod.Get, $"{paths[number % paths.Count]}/{Seeding.SessionId(number / paths.Count % Living)}"));
        await Task.WhenAll(creates.Run(_warmUp), fetches.Run(_warmUp));
        var (units, writes, clock) = (control.Log.Units, control.Writes, Stopwatch.StartNew());
        var answers = await Task.WhenAll(creates.Run(_measured), fetches.Run(_measured));
        var seconds = clock.Elapsed.TotalSeconds;
        var (created, fetched) = (answers[0], answers[1]);
        var used = (control.Log.Units - units) / seconds;
        var settled = (control.Writes - writes - created.Took.Count + created.Refused) / seconds;
        _ofUsers = share is null ? used : _ofUsers;
        var setting = share?.ToString(CultureInfo.InvariantCulture) ?? $"none; users {Number(used)}";
        Print($"""
            {setting,28}{used - _ofUsers,12:N0} |{settled,8:N1} |{created.At(50),9:N1}{created.At(99),9:N1} |{
            fetched.At(50),9:N1}{fetched.At(99),8:N1} |{created.Refused + fetched.Refused,8}
            """);
    }

    // Each process takes the container for one of 2,000 units a second, and leaves half of them to users.
    [SuppressMessage("Reliability", "CA2000", Justification = "All in the list are disposed of.")]
    private async Task Sweepers(int sweepers, int sessions)
    {
        var container = $"by{sweepers}";
        using var store = await Open(container);
        var due = TimeProvider.System.GetUtcNow() + _untilDue;
        await Fill(store, sessions, due.AddHours(-1));
        _account.Container("sessions", container).Throttle(2 * Parts * OfAProcess);
        List<Server> servers = [];
        try
        {
            for (var number = 0; number < sweepers; number++)
            {
                servers.Add(await CosmosBench.Serve(
                    _account.Address,
                    container,
                    EachSecond,
                    $"--Cosmos:UnitsPerSecond={2 * OfAProcess}",
                    $"--Cosmos:SweepUnitsPerSecond={Parts * OfAProcess}"));
            }

            if (TimeProvider.System.GetUtcNow() > due)
            {
                throw new TimeoutException("The sweepers were not there when the sessions became due.");
            }

            await Task.Delay(due - TimeProvider.System.GetUtcNow());
            var (log, clock) = (_account.Container("sessions", container).Log, Stopwatch.StartNew());
            var units = log.Units;
            var any = new DueQuery([Seeding.Kind], due.AddHours(1), 1);
            while ((await store.ReadDue(any, CancellationToken.None)).OrNull() is not [])
            {
                await Task.Delay(200);
            }

            var seconds = clock.Elapsed.TotalSeconds;
            var used = (log.Units - units) / seconds;
            Print($"{sweepers} sweeping {sessions} sessions: {seconds:N1} s, {used:N0} units a second");
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }

    private static async Task Fill(CosmosDocumentStore store, int sessions, DateTimeOffset created) =>
        await Parallel.ForEachAsync(
            Enumerable.Range(1, Services),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (number, _) => await Seeding.Service(store, number, sessions / Services, created));

    private async Task<CosmosDocumentStore> Open(string container)
    {
        using var client = new CosmosClient(CosmosBench.Connection(_account.Address), new CosmosClientOptions
        {
            ConnectionMode = ConnectionMode.Gateway, LimitToEndpoint = true,
        });
        Database database = await client.CreateDatabaseIfNotExistsAsync("sessions");
        await database.CreateContainerAsync(ContainerDefinition.Named(container), Parts * 10_000);
        return await CosmosBench.OpenStore(_account, container);
    }

    private static string Number(double units) => units.ToString("N0", CultureInfo.InvariantCulture);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
