using Microsoft.Extensions.Configuration;
using Sessions.Bench;

var options = new ConfigurationBuilder().AddCommandLine(args).Build();
switch (options["run"] ?? "throughput")
{
    case "throughput":
        await Throughput.Run(
            options.GetValue("rounds", 7),
            TimeSpan.FromSeconds(options.GetValue("seconds", 3.0)),
            options.GetValue("connections", 32));
        break;
    case "start":
        await StartUp.Run(options.GetValue("rounds", 9));
        break;
    case "conversation":
        await Conversation.Run(
            options.GetValue("readers", 20), TimeSpan.FromSeconds(options.GetValue("seconds", 5.0)));
        break;
    case "expiry":
        await MassExpiry.Run(options.GetValue("sessions", 1_000_000));
        break;
    case "pages":
        await Pages.Run(options.GetValue("sessions", 1_000_000), options.GetValue("page", 10_000));
        break;
    case "stored":
        await Stored.Run(options.GetValue("sessions", 1_000_000), options.GetValue("rounds", 5));
        break;
    case "hostile":
        await Hostile.Run(options.GetValue("requests", 1_000_000), options.GetValue("seed", Hostile.NewSeed()));
        break;
    case BareHost.Name:
        await BareHost.Run(options["store"], options.GetValue("size", 900));
        break;
    default:
        await Console.Error.WriteLineAsync(
            "--run is throughput, start, conversation, expiry, pages, stored or hostile.");
        return 1;
}

return 0;
