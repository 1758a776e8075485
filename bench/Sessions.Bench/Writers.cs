using System.Globalization;
using Sessions.Hosting;
using Sessions.StandIn;

namespace Sessions.Bench;

/// <summary>
/// Many writers of one thing, none of whom names a version: each must be answered as if it were alone. One writer alone
/// takes turns with them. A refusal ends the run.
/// </summary>
internal static class Writers
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Number = "############";
    private const string Bearer = $"Bearer {DevelopmentAccount.Token}";

    /// <summary>Times them on both stores, or on one.</summary>
    /// <param name="writers">How many there are.</param>
    /// <param name="rounds">How many rounds count; one more goes first to warm up.</param>
    /// <param name="time">How long each takes.</param>
    /// <param name="store">sqlite, or cosmos, which is the stand-in in this process; null for both.</param>
    public static async Task Run(int writers, int rounds, TimeSpan time, string? store)
    {
        if (store is null or "sqlite")
        {
            var folder = Directory.CreateTempSubdirectory("sessions-bench-");
            try
            {
                using var service = await Server.Service(Path.Combine(folder.FullName, "service.db"));
                await All("over SQLite", service, writers, rounds, time);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        if (store is null or "cosmos")
        {
            await using var cosmos = await CosmosBench.ForDevelopment(Consistency.Strong);
            await All("over the stand-in", cosmos.Server, writers, rounds, time);
        }
    }

    private static async Task All(string where, Server service, int writers, int rounds, TimeSpan time)
    {
        Console.WriteLine($"{where,-24}{"writers",8}{"per second",12}{"p99 ms",10}{"slowest ms",12}");
        foreach (var (name, update) in await Things(service))
        {
            await Compare(name, new Target(name, service).Numbered(update), service, writers, rounds, time);
        }
    }

    private static async Task Compare(
        string name, Exchange update, Server service, int writers, int rounds, TimeSpan time)
    {
        var figures = new Dictionary<int, List<Figures>> { [1] = [], [writers] = [] };
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (many, found) in figures)
            {
                found.Add(await Load.Run(service, update, many, time));
            }
        }

        foreach (var (many, found) in figures)
        {
            var counted = found.Skip(1).ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-24}{many,8}{Contest.Median(counted.Select(each => each.PerSecond)),12:N0}"
                + $"{Contest.Median(counted.Select(each => each.P99Milliseconds)),10:N1}"
                + $"{counted.Max(each => each.SlowestMilliseconds),12:N1}"));
        }
    }

    private static async Task<IReadOnlyList<(string Name, ApiRequest Update)>> Things(Server service)
    {
        using var caller = new ApiCaller(service.Address);
        var basic = SurfaceLoads.Basic;
        var proxy = await SurfaceLoads.All["twilio-proxy"](caller);
        var session = proxy.Id(await caller.Send(proxy.Create));
        var services = proxy.Create.Path[..proxy.Create.Path.LastIndexOf('/')];
        var talk = await SurfaceLoads.All["conversation"](caller);
        var conversation = talk.Id(await caller.Send(talk.Create));
        var made = await caller.Send(new("POST", "/rooms", Bearer, 201) { Body = """{"title":"Bench"}""" });
        var room = made.GetProperty("data").GetProperty("room").GetProperty("id").GetString();
        return
        [
            ("a Proxy session", proxy.Update with { Path = Exchange.Filled(proxy.Update.Path, session) }),
            ("a Proxy Service", new("POST", services, basic)
            {
                MediaType = Form,
                Body = "DefaultTtl=1####",
            }),
            ("a room", new("PATCH", $"/rooms/{room}", Bearer) { Body = $$"""{"title":"Bench {{Number}}"}""" }),
            ("a conversation", talk.Update with { Path = Exchange.Filled(talk.Update.Path, conversation) }),
        ];
    }
}
