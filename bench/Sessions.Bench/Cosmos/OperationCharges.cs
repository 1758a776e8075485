using System.Globalization;
using Sessions.StandIn;
using Sessions.StandIn.Charges;
using Sessions.Tests.Isolation;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Bench;

/// <summary>
/// What each operation of each surface asks of Cosmos DB, and what that costs by the stand-in's model: one good request
/// to each function, with all that follows from it. Then an event, an ended session, a forgotten one, and looks of the
/// timers that find nothing.
/// </summary>
internal static class OperationCharges
{
    /// <summary>What stands for a surface's name, to have no operations but what the timers do.</summary>
    private const string Timers = "timers";

    private const int Many = 20;
    private static readonly TimeSpan _answer = TimeSpan.FromSeconds(3);

    public static async Task Run(string? program, Consistency level, string? surface)
    {
        Console.WriteLine("| operation | requests | units |");
        Console.WriteLine("|---|---|---|");
        await using (var bench = await CosmosBench.Start(program, level))
        {
            foreach (var function in HttpFunction.All.Where(one => surface is null || one.Surface == surface))
            {
                if (SurfaceSamples.Of(function).IsServed(function.Name))
                {
                    await Print(bench, function);
                }
            }
        }

        if (surface is null or Timers)
        {
            await PrintEvent(program, level);
            await PrintTimers(program, level);
        }
    }

    private static async Task Print(CosmosBench bench, HttpFunction function)
    {
        try
        {
            var probe = new Probe(() => new() { BaseAddress = bench.Server.Address, Timeout = _answer }, function);
            var ids = await probe.ThingsOf(Tenant.Acme);
            var status = 0;
            var cost = await bench.CostOf(async () =>
            {
                using var client = new HttpClient { BaseAddress = bench.Server.Address, Timeout = _answer };
                using var request = probe.Request(Tenant.Acme, ids);
                using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                status = (int)answer.StatusCode;
            });
            Line(status < 300 ? function.Name : $"{function.Name} ({status})", cost, 1);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            Console.WriteLine($"| {function.Name} | | {failure.GetType().Name} |");
        }
    }

    // Who leaves a session is told of; with nobody to tell it is the same request without the event.
    private static async Task PrintEvent(string? program, Consistency level)
    {
        await using var bench = await CosmosBench.Start(program, level);
        await using var sink = await WebhookSink.Start();
        var (quiet, told) = (await Leave(bench, null), await Leave(bench, sink.Url));
        Line("an event that is delivered", told.Less(quiet), Many);
    }

    private static async Task<Cost> Leave(CosmosBench bench, string? callback)
    {
        var members = new List<string>();
        var surface = SurfaceSamples.All["BandwidthWebRtc"];
        var client = new SampleClient(() => new() { BaseAddress = bench.Server.Address }, surface, Tenant.Acme);
        for (var number = 0; number < Many; number++)
        {
            var session = await client.Send("POST", "/v1/accounts/acme/sessions", "{}");
            var body = callback is null ? "{}" : $$"""{"callbackUrl":"{{callback}}/hook"}""";
            var member = await client.Send("POST", "/v1/accounts/acme/participants", body);
            var path = $"/v1/accounts/acme/sessions/{session["id"]}/participants/{member.Body!["participant"]!["id"]}";
            await client.Send("PUT", path, "{}");
            members.Add(path);
        }

        return await bench.CostOf(async () =>
        {
            foreach (var member in members)
            {
                await client.Send("DELETE", member);
            }
        });
    }

    private static async Task PrintTimers(string? program, Consistency level)
    {
        const int Period = 5;
        var schedule = $"*/{Period} * * * * *";
        await using var bench = await CosmosBench.Start(
            program, level, $"--Expiry:Schedule={schedule}", "--Retention:Closed=00:00:01");
        var idle = await During(bench, 2 * Period);
        Line("a look of the sweep that finds nothing", idle, 2);
        var surface = SurfaceSamples.All["TwilioProxy"];
        var client = new SampleClient(() => new() { BaseAddress = bench.Server.Address }, surface, Tenant.Acme);
        var service = (await client.Send("POST", "/v1/Services", """{"UniqueName":"due"}"""))["sid"];
        await During(bench, Period);
        for (var number = 0; number < Many; number++)
        {
            await client.Send("POST", $"/v1/Services/{service}/Sessions", """{"Ttl":"1"}""");
        }

        var settled = await During(bench, 4 * Period);
        var each = settled.Less(new(2 * idle.Requests, 2 * idle.Units));
        Line("a session that ends by the clock and is forgotten, by the timer", each, Many);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"(where it is forgotten by its time to live, that costs {ChargeModel.Delete(1, 6):0.0} beside)"));
    }

    private static async Task<Cost> During(CosmosBench bench, int seconds)
    {
        var log = bench.Container.Log;
        var (requests, units) = (log.Requests, log.Units);
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        return new(log.Requests - requests, log.Units - units);
    }

    private static void Line(string what, Cost cost, int count) =>
        Console.WriteLine($"| {what} | {cost.Each(count)} |");
}
