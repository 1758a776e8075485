using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Outbox;
using Sessions.StandIn.Charges;
using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Isolation;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>
/// Holds the table of docs/cosmos-charges.md to what the stand-in charges when every operation of every surface is run,
/// in the order of the bench's <c>--run charges</c>, and what the timers do. With SESSIONS_WRITE_DOCS in the
/// environment the table is written anew.
/// </summary>
public sealed class OperationChargesTests : IAsyncLifetime
{
    private const string Page = "docs/cosmos-charges.md";
    private const int Many = 20;

    // It sends again whatever the operations before it could not send, of many lanes at once.
    private const string Recovery = "Operator_RecoverEvents";
    private const int LooksOfRecovery = 3;

    private static readonly bool _writes = Environment.GetEnvironmentVariable("SESSIONS_WRITE_DOCS") is not null;

    // How long what the table has is waited for.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(_writes ? 0.3 : 10);
    private static readonly TimeSpan _still = TimeSpan.FromMilliseconds(_writes ? 100 : 5);

    private readonly FakeClock _clock = new();
    private readonly TimeProvider _time;
    private readonly ChargesTable _table = new(Repository.Read(Page));
    private CosmosDocumentStore _store = null!;
    private ChargeLog _log = null!;
    private SessionsApp _app = null!;

    public OperationChargesTests() => _time = new Ticking(_clock);

    public async Task InitializeAsync()
    {
        CosmosSettings settings = null!;
        _store = await CosmosStandIn.OpenStore(_time, adjust: made => settings = made);
        _log = (await CosmosStandIn.ContainerOf(settings)).Log;
        _app = await SessionsApp.Start(builder =>
        {
            builder.Configuration["Retention:Closed"] = "00:00:01";
            builder.Services.AddSingleton<TimeProvider>(_time)
                .AddSingleton<IDocumentStore>(_store)
                .AddSingleton(new TargetTransport(new Targets()));
        });
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _store.Dispose();
    }

    [Fact]
    public async Task Each_operation_costs_what_the_table_says()
    {
        foreach (var function in HttpFunction.All.Where(one => SurfaceSamples.Of(one).IsServed(one.Name)))
        {
            var probe = new Probe(_app.Anonymous, function);
            var ids = await probe.ThingsOf(Tenant.Acme);
            var operation = function.Name.Replace("_", ": ", StringComparison.Ordinal);
            var looks = function.Name == Recovery ? LooksOfRecovery : 0;
            var cost = await CostOf(_table.RequestsOf(operation) - looks, async () =>
            {
                using var client = _app.Anonymous();
                using var request = probe.Request(Tenant.Acme, ids);
                using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                Assert.True(answer.IsSuccessStatusCode, $"{function.Name}: {answer.StatusCode}");
            });
            _table.Measured(operation, cost, looks);
        }

        await Hold(sum: true);
    }

    [Fact]
    public async Task An_event_costs_what_the_table_says()
    {
        const string Row = "an event that is delivered";
        var quiet = await Leave("{}", 0);
        var told = await Leave(
            $$"""{"callbackUrl":"https://{{Targets.Takes}}/hook"}""",
            quiet.Requests + (_table.RequestsOf(Row) * Many));
        _table.Measured(Row, told.Less(quiet).Each(Many));

        await Hold();
    }

    [Fact]
    public async Task What_the_timer_does_costs_what_the_table_says()
    {
        await _app.Sweep();
        var look = await CostOf(0, () => _app.Sweep());
        _table.Measured("a look of the sweep that finds nothing", look);

        var client = new SampleClient(_app.Anonymous, SurfaceSamples.All["TwilioProxy"], Tenant.Acme);
        var service = (await client.Send("POST", "/v1/Services", """{"UniqueName":"due"}"""))["sid"];
        for (var number = 0; number < Many; number++)
        {
            await client.Send("POST", $"/v1/Services/{service}/Sessions", """{"Ttl":"1"}""");
        }

        _clock.Advance(TimeSpan.FromSeconds(2));
        var settled = await CostOf(0, () => _app.Sweep());
        _clock.Advance(TimeSpan.FromSeconds(2));
        var forgotten = await CostOf(0, () => _app.Sweep());
        _table.Measured(
            "a session that ends by the clock and is forgotten, by the timer",
            settled.Less(look).And(forgotten.Less(look)).Each(Many));

        await Hold();
    }

    // Who leaves a session is told of; with nobody to tell it is the same request without the event.
    private async Task<Charged> Leave(string participant, double expected)
    {
        var client = new SampleClient(_app.Anonymous, SurfaceSamples.All["BandwidthWebRtc"], Tenant.Acme);
        List<string> members = [];
        for (var number = 0; number < Many; number++)
        {
            var session = await client.Send("POST", "/v1/accounts/acme/sessions", "{}");
            var member = await client.Send("POST", "/v1/accounts/acme/participants", participant);
            members.Add(
                $"/v1/accounts/acme/sessions/{session["id"]}/participants/{member.Body!["participant"]!["id"]}");
            await client.Send("PUT", members[^1], "{}");
        }

        return await CostOf(expected, async () =>
        {
            foreach (var member in members)
            {
                await client.Send("DELETE", member);
            }
        });
    }

    private async Task<Charged> CostOf(double expected, Func<Task> work)
    {
        await Quiet(0);
        var (requests, units) = (_log.Requests, _log.Units);
        await work();
        await Quiet(requests + expected);
        return new(_log.Requests - requests, _log.Units - units);
    }

    // Until nothing is on its way any more, and what is expected has come.
    private async Task Quiet(double expected)
    {
        var begun = TimeProvider.System.GetTimestamp();
        for (var last = -1; ; last = _log.Requests)
        {
            await _app.NothingOnItsWay();
            var isAll = _log.Requests >= expected || TimeProvider.System.GetElapsedTime(begun) > _patience;
            if (isAll && last == _log.Requests)
            {
                return;
            }

            await Task.Delay(_still);
        }
    }

    private async Task Hold(bool sum = false)
    {
        if (_writes)
        {
            await File.WriteAllTextAsync(Path.Combine(Repository.Root, Page), _table.Written());
            return;
        }

        Expect.None(_table.Faults(sum));
    }

    /// <summary>A clock that never says the same twice, so that what is listed has an order.</summary>
    private sealed class Ticking(FakeClock clock) : TimeProvider
    {
        private long _asked;

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow().AddTicks(Interlocked.Increment(ref _asked));

        public override long GetTimestamp() => clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            clock.CreateTimer(callback, state, dueTime, period);
    }

    /// <summary>One target that takes what it is told; nobody can be reached elsewhere.</summary>
    private sealed class Targets : HttpMessageHandler
    {
        public const string Takes = "takes.example";

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) => request.RequestUri!.Host is Takes
            ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK))
            : throw new HttpRequestException("Nobody is there.");
    }
}
