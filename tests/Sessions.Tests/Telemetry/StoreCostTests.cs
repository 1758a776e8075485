using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.StandIn;
using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.Telemetry;
using Sessions.Tests.BandwidthWebRtc;
using Sessions.Tests.Metrics;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Telemetry;

/// <summary>What each tenant costs, by what the service charges with each answer.</summary>
public sealed class StoreCostTests : IAsyncLifetime, IDisposable
{
    private readonly FakeClock _clock = new();
    private CosmosDocumentStore _store = null!;
    private ContainerControl _container = null!;
    private SessionsApp _app = null!;
    private Measurements _measured = null!;

    public async Task InitializeAsync()
    {
        CosmosSettings settings = null!;
        _store = await CosmosStandIn.OpenStore(_clock, adjust: made => settings = made);
        _container = await CosmosStandIn.ContainerOf(settings);
        _app = await SessionsApp.Start(builder =>
        {
            builder.Configuration["Accounts:0:Tokens:0:Scopes:1"] = "installation";
            builder.Services.AddSingleton<IDocumentStore>(provider =>
                CosmosStandIn.Open(settings, _clock, null, provider.GetRequiredService<StoreCosts>()));
        });
        _measured = new(_app);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _store.Dispose();
    }

    public void Dispose() => _measured.Dispose();

    [Fact]
    public async Task What_accounts_cost_comes_to_what_was_charged_in_all()
    {
        var before = _container.Log.Units;
        await Work(TestAccounts.AcmeSid, TestAccounts.AcmeSecret, sessions: 30);
        await Work(TestAccounts.OtherSid, TestAccounts.OtherSecret, sessions: 2);
        _app.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(32, await _app.Sweep());
        await _app.DeliverDue();
        await TellSomebody();

        // Events are seen to by workers of their own.
        var (charged, measured) = (0.0, 0.0);
        Dictionary<string, double> accounts = [];
        await Expect.Soon(async () =>
        {
            charged = _container.Log.Units - before;
            measured = _measured.ValuesOf("sessions.store.units").Sum();
            accounts = (await Activity("?allAccounts=true"))["accounts"]!.AsArray().ToDictionary(
                account => (string)account!["account"]!, account => (double?)account!["cost"]!["units"] ?? 0);
            return Math.Abs(charged - accounts.Values.Sum()) < 1 && Math.Abs(charged - measured) < 1;
        });

        Assert.Equal(charged, measured, tolerance: 1);
        Assert.InRange(accounts["acme"] / accounts["other"], 5, 25);
        Assert.InRange(accounts[""], 0, charged / 10);
    }

    [Fact]
    public async Task Each_pays_for_the_sweep_and_the_outbox_of_what_is_its_own()
    {
        await Work(TestAccounts.AcmeSid, TestAccounts.AcmeSecret, sessions: 1);
        _app.Clock.Advance(TimeSpan.FromSeconds(60));
        await _app.Sweep();
        await TellSomebody();

        ILookup<string, JsonNode> costs = null!;
        await Expect.Soon(async () =>
        {
            costs = (await Activity(""))["minutes"]!.AsArray().SelectMany(minute => minute!["costs"]!.AsObject())
                .ToLookup(cost => cost.Key, cost => cost.Value!);
            return costs.Contains("outbox");
        });

        Assert.Equal(
            ["bandwidth-webrtc", "outbox", "sweep", "twilio-proxy"], costs.Select(cost => cost.Key).Order());
        Assert.All(costs.SelectMany(cost => cost), cost => Assert.True((double)cost["units"]! > 0));
        Assert.DoesNotContain(
            (await Activity("", TestAccounts.OtherToken))["minutes"]!.AsArray(),
            minute => minute!["costs"]!.AsObject().Count > 0);
    }

    private async Task Work(string user, string secret, int sessions)
    {
        var proxy = new ProxyClient(_app.Anonymous().WithBasic(user, secret));
        var service = await proxy.NewService();
        for (var number = 0; number < sessions; number++)
        {
            await proxy.NewSession(service, ("Ttl", "60"));
        }

        await proxy.Get($"{service}/Sessions");
    }

    private async Task TellSomebody()
    {
        await using var sink = await WebhookSink.Start();
        var bandwidth = BandwidthClient.Acme(_app);
        var session = await bandwidth.NewSession();
        var member = await bandwidth.NewMember(session, $$"""{"callbackUrl": "{{sink.Url}}"}""");
        await bandwidth.Delete($"/participants/{member}");
        await sink.Next();
    }

    private async Task<JsonObject> Activity(string query, string token = TestAccounts.AcmeToken)
    {
        var answer = await new ApiClient(_app.Anonymous().WithBearer(token))
            .Send(HttpMethod.Get, $"/operator/activity{query}");
        return answer.Is(HttpStatusCode.OK).Body!.AsObject();
    }
}
