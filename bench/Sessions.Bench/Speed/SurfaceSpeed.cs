using System.Diagnostics;
using System.Globalization;

namespace Sessions.Bench;

/// <summary>One surface: its rates beside three other servers' first, then its times while it has much to do.</summary>
internal sealed class SurfaceSpeed(SpeedOptions options, string surface, string seeded, string folder)
{
    private static readonly TimeSpan _one = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _traced = TimeSpan.FromSeconds(0.4);

    /// <summary>Measures it.</summary>
    /// <param name="tell">Is told what was found of each operation.</param>
    public async Task<IReadOnlyList<OperationSpeed>> Run(Action<OperationSpeed> tell)
    {
        var rates = await Rates();
        await using var busy = await BusyService.Start(options.Program, seeded, folder);
        var asked = options.Asked(await Exchanges(null, new("busy", busy.Server))).ToList();
        await Wrk.OrOurs.Run(busy.Server, asked[0].Value, SpeedOptions.Middle, SpeedOptions.WarmUpOfAll);
        var (before, clock) = (busy.Delivered, Stopwatch.StartNew());
        List<OperationSpeed> found = [];
        foreach (var (operation, exchange) in asked)
        {
            var half = rates[operation].Half.PerSecond;
            await Wrk.OrOurs.Run(busy.Server, exchange, SpeedOptions.Middle, SpeedOptions.WarmUp);
            var took = await Paced.Run(busy.Server, exchange, half, options.Arrivals);
            found.Add(rates[operation] with { Half = new(half, took) });
            tell(found[^1]);
        }

        var seconds = clock.Elapsed.TotalSeconds;
        var delivered = (busy.Delivered - before) / seconds;
        var closed = await busy.End() / seconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  meanwhile {closed:N0} sessions closed and {delivered:N0} events taken a second"));
        return found;
    }

    private async Task<IReadOnlyDictionary<string, OperationSpeed>> Rates()
    {
        var database = Path.Combine(folder, "service.db");
        using var service = await Server.Counting(options.Program, database);
        using var caller = new ApiCaller(service.Address);
        var load = await SurfaceLoads.All[surface](caller);
        var ids = await load.Fill(caller);
        var sizes = await BareSizes.Of(load, caller, ids[0], database);
        using var lean = await Server.Bare(Path.Combine(folder, "lean.db"), sizes, lean: true);
        using var store = await Server.Bare(Path.Combine(folder, "store.db"), sizes);
        using var constant = await Server.Bare(null, sizes);
        Target[] targets =
            [new("service", service), new("lean", lean), new("store", store), new("constant", constant)];
        List<IReadOnlyDictionary<string, Exchange>> exchanges = [load.Exchanges(targets[0], ids)];
        foreach (var target in targets[1..3])
        {
            exchanges.Add(await Exchanges(BareHost.Load, target));
        }

        // It keeps none, and takes any.
        exchanges.Add(BareHost.Load.Exchanges(targets[3], ids));

        var found = new Dictionary<string, OperationSpeed>();
        foreach (var (operation, _) in options.Asked(exchanges[0]))
        {
            found[operation] = await Rates(operation, targets, [.. exchanges.Select(each => each[operation])]);
        }

        return found;
    }

    private async Task<OperationSpeed> Rates(string operation, Target[] targets, Exchange[] exchanges)
    {
        var contest = new Contest(options.Rounds, SpeedOptions.Middle, options.Time) { Load = Wrk.OrOurs.Run };
        var (service, exchange) = (targets[0].Server, exchanges[0]);

        await contest.Load(service, exchange, SpeedOptions.Middle, SpeedOptions.WarmUp);
        await contest.Measure(targets, exchanges, 1);
        var rates = new Dictionary<int, Rates>();
        Expense? cost = null;
        foreach (var connections in SpeedOptions.Connections)
        {
            var compared = connections is SpeedOptions.Middle ? targets.Length : 2;
            var (written, allocated) = (Disk.Written(service), await service.Allocated());
            var figures = await (contest with { Connections = connections }).Measure(
                targets[..compared], exchanges[..compared], options.Rounds);
            var ratios = Contest.Ratios(figures);
            rates[connections] = new(
                Contest.Median(figures[0].Select(each => each.PerSecond)),
                ratios[1],
                ratios.Length > 2 ? ratios[2] : null,
                ratios.Length > 3 ? ratios[3] : null);
            if (connections is SpeedOptions.Middle)
            {
                var count = (double)figures[0].Sum(each => each.Count);
                cost = new(
                    (Disk.Written(service) - written) / count,
                    null,
                    (await service.Allocated() - allocated) / count,
                    Contest.Median(figures[0].Select(each => each.ProcessorMicroseconds)),
                    Contest.Median(figures[1].Select(each => each.ProcessorMicroseconds)));
            }
        }

        var half = rates.Values.Max(each => each.PerSecond) / 2;
        var found = new OperationSpeed(surface, operation, rates, cost!, new(half, Arrived.Nobody));
        return found with
        {
            Floor = operation is "fetch" ? await Paced.Run(targets[^1].Server, exchanges[^1], half, _one) : null,
            Alone = operation is "create"
                ? new(await Paced.OneByOne(service, exchange, _one), Disk.Syncs(folder))
                : null,
            Cost = cost! with { Syncs = found.IsWrite ? await Syncs(service, exchange) : null },
        };
    }

    private static async Task<double?> Syncs(Server service, Exchange exchange)
    {
        var count = 0;
        var syncs = await Disk.SyncsOf(
            service, async () => count = (await Paced.OneByOne(service, exchange, _traced)).Took.Count);
        return (double?)syncs / count;
    }

    private async Task<IReadOnlyDictionary<string, Exchange>> Exchanges(SurfaceLoad? load, Target target)
    {
        using var caller = new ApiCaller(target.Server.Address);
        load ??= await SurfaceLoads.All[surface](caller);
        return load.Exchanges(target, await load.Fill(caller));
    }
}
