using Microsoft.Extensions.Configuration;
using Sessions.StandIn;

var settings = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
await using var account = await CosmosAccount.Start(new()
{
    Port = settings.GetValue("port", 8081),
    Consistency = settings.GetValue("consistency", Consistency.Strong),
    UnitsPerSecond = settings.GetValue("units", double.PositiveInfinity),
    Faults = settings["faults"] ?? "",
});
Console.WriteLine(account.Address);
await account.WaitForShutdown(CancellationToken.None);
