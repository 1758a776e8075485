using Microsoft.Extensions.Configuration;
using Sessions.Bench;
using Sessions.Scale;
using Sessions.StandIn;

var options = new ConfigurationBuilder().AddCommandLine(args).Build();
var contest = new Contest(
    options.GetValue("rounds", 5),
    options.GetValue("connections", 32),
    TimeSpan.FromSeconds(options.GetValue("seconds", 1.5)));
switch (options["run"] ?? "speed")
{
    case "speed":
        await Speed.Run(
            new(
                options["program"] ?? "Sessions.dll",
                options["surface"],
                options["operation"],
                options.GetValue("rounds", 3),
                TimeSpan.FromSeconds(options.GetValue("seconds", 0.3)),
                TimeSpan.FromSeconds(options.GetValue("arrivals", 2.0))),
            options["write"]);
        break;
    case "start":
        await StartUp.Run(options.GetValue("rounds", 9), options.GetValue("sessions", 0), options["program"]);
        break;
    case "conversation":
        await Conversation.Run(
            options.GetValue("readers", 20), TimeSpan.FromSeconds(options.GetValue("seconds", 5.0)));
        break;
    case "streams":
        using (var streams = new Streams(
            options.GetValue("streams", 10_000),
            options.GetValue("rounds", 10),
            TimeSpan.FromSeconds(options.GetValue("seconds", 90.0)),
            options["program"] ?? "Sessions.dll"))
        {
            await streams.Run();
        }

        break;
    case "expiry":
        await MassExpiry.Run(options.GetValue("sessions", 1_000_000), options.GetValue("readers", 2));
        break;
    case "steady":
        await Steady.Run(
            options.GetValue("sessions", 100_000),
            options.GetValue("creates", 500.0),
            TimeSpan.FromSeconds(options.GetValue("seconds", 20.0)));
        break;
    case "pages":
        await Pages.Run(options.GetValue("sessions", 1_000_000), options.GetValue("page", 10_000));
        break;
    case "stored":
        await Stored.Run(options.GetValue("sessions", 1_000_000), contest);
        break;
    case "peer":
        await Peer.Run(contest);
        break;
    case "passage":
        await Passage.Run(options["surface"]);
        break;
    case Passage.One:
        await Passage.RunOne(options["surface"]!, options["operation"]!, options.GetValue("names", false));
        break;
    case "writers":
        await Writers.Run(
            options.GetValue("writers", 64),
            options.GetValue("rounds", 5),
            TimeSpan.FromSeconds(options.GetValue("seconds", 1.5)),
            options["store"]);
        break;
    case "endings":
        await Endings.Run(options.GetValue("sessions", 500));
        break;
    case "builds":
        await Builds.Run(
            options["program"]!, options["beside"] ?? "Sessions.dll", options["surface"], contest);
        break;
    case "functions":
        await BehindHost.Run(contest);
        break;
    case "hostile":
        await Hostile.Run(options.GetValue("requests", 1_000_000), options.GetValue("seed", Hostile.NewSeed()));
        break;
    case "neighbours":
        await Neighbours.Run(TimeSpan.FromSeconds(options.GetValue("seconds", 120.0)), options["only"]);
        break;
    case UsersBeside.Run:
        await UsersBeside.UntilInputEnds(new(options["address"]!));
        break;
    case WorstTenant.Run:
        await WorstTenant.UntilInputEnds(new(options["address"]!), options["only"]);
        break;
    case "crash":
        await Crash.Run(
            TimeSpan.FromMinutes(options.GetValue("minutes", 5.0)),
            options["store"],
            options.GetValue("seed", (int)Hostile.NewSeed() & int.MaxValue));
        break;
    case "import":
        await Import.Run(options.GetValue("sessions", 10_000), options["store"]);
        break;
    case "charges":
        await OperationCharges.Run(
            options["program"], options.GetValue("consistency", Consistency.Strong), options["surface"]);
        break;
    case "sizes":
        await Sizes.Run();
        break;
    case "throttled":
        await Throttled.Run(options.GetValue("consistency", Consistency.Strong), options["only"]);
        break;
    case "outage":
        await Outage.Run();
        break;
    case "sweep":
        await SweepBudget.Run(
            options.GetValue("consistency", Consistency.Strong),
            options.GetValue("sessions", 1_000_000),
            options.GetValue("some", 4000));
        break;
    case "azure":
        await AzureRun.Run(options["connection"], options["endpoint"], options["database"]);
        break;
    case "simulate":
        Console.WriteLine(Report.Assumptions(Costs.Measured));
        Console.WriteLine(Report.Of(Costs.Measured, options.GetValue("seed", 1)));
        break;
    case "simulation":
        return SimulationRun.Run(
            options.GetValue("planted", false),
            options.GetValue<int?>("seed"),
            options.GetValue("from", 1),
            options.GetValue("seeds", options.GetValue("planted", false) ? 100 : 1000),
            TimeSpan.FromMinutes(options.GetValue("minutes", 1000.0)),
            options["story"]) ? 0 : 1;
    case BareHost.Name:
        await BareHost.Run(
            options["store"],
            options.GetValue("lean", false),
            new(
                options.GetValue("one", 900),
                options.GetValue("list", 9000),
                options.GetValue("update", 900),
                options.GetValue("stored", 90)));
        break;
    default:
        await Console.Error.WriteLineAsync(
            "--run is speed, start, conversation, streams, expiry, steady, pages, stored, peer, functions, builds, "
            + "passage, writers, endings, hostile, neighbours, crash, import, charges, sizes, throttled, outage, sweep, simulate, "
            + "simulation or azure.");
        return 1;
}

return 0;
