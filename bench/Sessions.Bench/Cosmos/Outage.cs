using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sessions.Bench;

/// <summary>
/// The store is away for twelve seconds while sixty requests a second arrive: its process is stopped, so that it takes
/// connections and answers nothing, or its connections break. What is demanded is that every answer comes within a
/// second and says when to come again, that the store is not asked more than twice for a request, and that all is well
/// again within a second.
/// </summary>
internal static class Outage
{
    private const int PerSecond = 60;

    // Of each refusal there is a line or two; what goes wrong otherwise is to be seen.
    private static readonly string[] _quietly =
    [
        "--Logging:LogLevel:Sessions.Storage=None", "--Logging:LogLevel:Sessions.Http.RequestPipeline=Error",
    ];

    private static readonly TimeSpan _away = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _after = TimeSpan.FromSeconds(6);

    public static async Task Run()
    {
        List<string> faults = [];
        Console.WriteLine($"{"",-20}{"sent",8}{"refused",8}{"silent",8}{"slowest",12}{"late",8}{"asked",9}{"ill for",11}");
        foreach (var (what, before) in new[] { ("at work", 10 * _second), ("just begun", _second) })
        {
            foreach (var stops in new[] { true, false })
            {
                faults.AddRange(await Of($"{what}, {(stops ? "stopped" : "broken")}", before, stops));
            }
        }

        Console.WriteLine(faults is [] ? "Nothing is wrong." : $"WRONG: {string.Join("; ", faults)}.");
    }

    [SuppressMessage("Reliability", "CA2025", Justification = "All that use the servers are waited for.")]
    private static async Task<IEnumerable<string>> Of(string what, TimeSpan before, bool stops)
    {
        using var store = await Server.Start("Sessions.StandIn.dll", "--port=0");
        using var relay = new Relay(store.Address);
        string sessions;
        using (var filling = await CosmosBench.Serve(relay.Address, "sessions"))
        {
            sessions = await Prepare(filling.Address);
        }

        using var service = await CosmosBench.Serve(relay.Address, "sessions", _quietly);
        using var load = new Load(service.Address, sessions);
        var clock = Stopwatch.StartNew();
        var arriving = load.Run(clock, before + _away + _after);

        await Task.Delay(before - clock.Elapsed);
        var (asked, began) = (relay.Asked, clock.Elapsed);
        await Turn(store, relay, stops, isAway: true);
        await Task.Delay(_away);
        asked = relay.Asked - asked;
        await Turn(store, relay, stops, isAway: false);
        var ended = clock.Elapsed;
        return Judge(what, await arriving, asked, began, ended);
    }

    private static async Task Turn(Server store, Relay relay, bool stops, bool isAway)
    {
        if (stops)
        {
            await store.Signal(isAway ? "STOP" : "CONT");
        }
        else
        {
            relay.Break(isAway);
        }
    }

    private static async Task<string> Prepare(Uri address)
    {
        using var caller = new ApiCaller(address);
        var service = await caller.Send(new("POST", "/v1/Services", SurfaceLoads.Basic, 201)
        {
            Body = "UniqueName=outage", MediaType = "application/x-www-form-urlencoded",
        });
        return $"/v1/Services/{service.GetProperty("sid").GetString()}/Sessions";
    }

    private static List<string> Judge(
        string what, IReadOnlyList<Answered> all, int asked, TimeSpan began, TimeSpan ended)
    {
        var sent = all.Count(answer => answer.Sent >= began && answer.Sent < ended);
        // Who was sent a moment before was caught by it, too.
        var caught = all.Where(answer => answer.Sent + answer.Took >= began).ToList();
        var refused = caught.Where(answer => answer.Status is not 200 and not 201).ToList();
        var late = caught.Count(answer => answer.Took >= _second);
        var silent = refused.Count(answer => answer.Status is not 503 || !answer.SaysWhen);
        var each = (double)asked / sent;
        var ill = caught.Where(answer => answer.Sent >= ended && (answer.Took >= _second || refused.Contains(answer)))
            .Select(answer => answer.Sent - ended).DefaultIfEmpty().Max();
        var slowest = caught.Max(answer => answer.Took);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-20}{sent,8}{refused.Count,8}{silent,8}{slowest.TotalMilliseconds,9:N0} ms{late,8}{each,9:N2}"
            + $"{ill.TotalMilliseconds,8:N0} ms"));
        (bool Is, string What)[] possible =
        [
            (late > 0, "answers took a second"),
            (silent > 0, "answers were no 503 or did not say when to come again"),
            (each > 2, "the store was asked more than twice for a request"),
            (ill >= _second, "it was not well again within a second"),
        ];
        return [.. possible.Where(fault => fault.Is).Select(fault => $"{what}: {fault.What}")];
    }

    private sealed class Load(Uri address, string sessions) : IDisposable
    {
        private readonly HttpClient _http = new() { BaseAddress = address };
        private volatile string _made = "";

        public async Task<IReadOnlyList<Answered>> Run(Stopwatch clock, TimeSpan time)
        {
            List<Task<Answered>> all = [];
            for (var due = TimeSpan.Zero; due < time; due += _second / PerSecond)
            {
                if (due - clock.Elapsed is { Ticks: > 0 } early)
                {
                    await Task.Delay(early);
                }

                all.Add(One(clock, all.Count));
            }

            return await Task.WhenAll(all);
        }

        public void Dispose() => _http.Dispose();

        // A create, an update and fetches of what was made last.
        private async Task<Answered> One(Stopwatch clock, int number)
        {
            var sent = clock.Elapsed;
            var verb = number % 4 is 0 or 1 ? HttpMethod.Post : HttpMethod.Get;
            var isNew = number % 4 is 0 || _made is "";
            using var request = Arrivals.Request(isNew ? HttpMethod.Post : verb, isNew ? sessions : _made);
            if (request.Method == HttpMethod.Post)
            {
                request.Content = new FormUrlEncodedContent([new("Ttl", "3600")]);
            }

            using var answer = await _http.SendAsync(request);
            var took = clock.Elapsed - sent;
            if (isNew && answer.IsSuccessStatusCode)
            {
                var made = System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync());
                _made = $"{sessions}/{made.GetProperty("sid").GetString()}";
            }

            return new(sent, took, (int)answer.StatusCode, answer.Headers.RetryAfter is not null);
        }
    }

    private sealed record Answered(TimeSpan Sent, TimeSpan Took, int Status, bool SaysWhen);
}
