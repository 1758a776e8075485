using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>The claims' invariant under many callers at once.</summary>
public sealed class ConcurrencyTests : IAsyncLifetime
{
    private const int Callers = 64;
    private const int Identifiers = 8;
    private const int StepsOfEach = 40;
    private const int BetweenLooks = 8;
    private static readonly string[] _refusals =
        ["80103", "80208", "80604", "80607", "80608", "80609", "80612", "80623"];

    private int _steps;
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _service = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
        _service = await _proxy.NewService();
        foreach (var i in Enumerable.Range(0, 4))
        {
            await _proxy.NewNumber(_service, $"+1415555900{i}");
        }
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    [Trait("Host", "Kestrel")]
    public async Task No_pair_is_in_two_open_sessions_however_many_callers_create_close_reopen_and_let_expire()
    {
        var created = 0;
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            var mine = new List<string>();
            for (var step = 0; step < StepsOfEach; step++)
            {
                Interlocked.Add(ref created, await Step(random, mine));
            }
        }));

        await Task.WhenAll(callers);

        // The stand-in for Cosmos DB is not fast, so there it is about the order and not about the number.
        var least = TemporaryStore.IsCosmos ? Identifiers : Callers / 2;
        Assert.True(created > least, $"Only {created} Sessions were created.");
        await ClaimInvariant.Holds(_app, _service);
        _app.Clock.Advance(TimeSpan.FromHours(1));
        await _app.Sweep();
        await ClaimInvariant.Holds(_app, _service);
        Assert.Empty(await ClaimInvariant.All(_app, _service, "claim"));
    }

    // Every Session has a Ttl of a second or two, and the clock goes on with the steps.
    private async Task<int> Step(Random random, List<string> mine)
    {
        var number = Interlocked.Increment(ref _steps);
        if (number % BetweenLooks == 0)
        {
            await ClaimInvariant.HoldsMeanwhile(_app, _service);
        }

        if (number % 50 == 0)
        {
            _app.Clock.Advance(TimeSpan.FromMilliseconds(300));
            await _app.Sweep();
        }

        var reply = random.Next(5) switch
        {
            0 when mine.Count > 0 => await _proxy.Post(Any(random, mine), ("Status", "closed")),
            1 when mine.Count > 0 => await _proxy.Post(Any(random, mine), ("Status", "in-progress")),
            2 when mine.Count > 0 => await _proxy.Post(
                $"{Any(random, mine)}/Participants", ("Identifier", Identifier(random))),
            3 when mine.Count > 0 && random.Next(4) == 0 => await _proxy.Delete(Any(random, mine)),
            _ => await _proxy.Post(
                $"{_service}/Sessions",
                ("Ttl", $"{random.Next(1, 3)}"),
                ("Participants", Json(random)),
                ("Participants", Json(random))),
        };
        if (reply.Status == HttpStatusCode.Created && reply.Body!["unique_name"] is null && reply["sid"]![..2] == "KC")
        {
            mine.Add($"{_service}/Sessions/{reply["sid"]}");
            return 1;
        }

        var allowed = (int)reply.Status < 300 || reply.Status == HttpStatusCode.NotFound
            || _refusals.Contains(reply["code"]);
        Assert.True(allowed, $"{reply.Status} {reply.Body}");
        return 0;
    }

    private static string Any(Random random, List<string> mine) => mine[random.Next(mine.Count)];

    private static string Identifier(Random random) => $"+1415555000{random.Next(Identifiers)}";

    private static string Json(Random random) => random.Next(2) == 0
        ? $$"""{"Identifier": "{{Identifier(random)}}"}"""
        : $$"""{"Identifier": "{{Identifier(random)}}", "ProxyIdentifier": "+1415555900{{random.Next(4)}}"}""";
}
