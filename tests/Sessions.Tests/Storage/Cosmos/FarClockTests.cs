using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.Telemetry;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>A process whose clock is not Cosmos DB's. The stand-in's is the machine's.</summary>
[Trait("Host", "Kestrel")]
public sealed class FarClockTests : IAsyncLifetime
{
    private static readonly TimeSpan _hours = TimeSpan.FromHours(3);
    private static readonly TimeSpan _about = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(10);
    private readonly LogSink _log = new();
    private FakeClock _own = null!;
    private CosmosSettings _settings = null!;
    private ServiceProvider _process = null!;

    private TimeProvider Time => _process.GetRequiredService<TimeProvider>();

    public async Task InitializeAsync()
    {
        _settings = await CosmosStandIn.NewSettings();
        _own = new(DateTimeOffset.UtcNow);
        var services = new ServiceCollection()
            .AddMetrics()
            .AddLogging(logging => logging.AddProvider(_log))
            .AddSingleton<TimeProvider>(_own)
            .AddSingleton<RecentMinutes>()
            .AddSingleton<StoreCosts>();
        services.AddCosmosStore(_settings);
        _process = services.BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        foreach (var part in _process.GetServices<IHostedService>())
        {
            await part.StopAsync(CancellationToken.None);
        }

        await _process.DisposeAsync();
    }

    [Fact]
    public async Task With_the_right_clock_it_goes_by_it_and_says_nothing()
    {
        await Start();

        Assert.Equal(_own.Now, Time.GetUtcNow());
        Assert.Empty(_log.All);
    }

    [Fact]
    public async Task With_a_far_one_it_goes_by_the_stores_from_the_start_and_says_so()
    {
        var right = _own.Now;
        _own.Put(_hours);

        await Start();

        Assert.InRange(Time.GetUtcNow(), right - _about, right + _about);
        Assert.Matches(@"^This machine's clock is 0[23]:\d\d:\d\d\S* ahead of Cosmos DB's", Assert.Single(_log.All));
    }

    [Fact]
    public async Task When_it_was_put_right_it_goes_by_it_again_and_says_so()
    {
        _own.Put(_hours);
        await Start();

        // The look comes when ten seconds have gone by, which at the stand-in they have not.
        _own.Put(Time.GetUtcNow() - (_look / 2) - _own.Now);
        await Look();

        Assert.Equal(_own.Now, Time.GetUtcNow());
        Assert.Contains(_log.All, line => line.Contains("as Cosmos DB's again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_that_does_not_tell_keeps_no_start_waiting_and_is_asked_again()
    {
        var container = await Exhausted();
        _own.Put(_hours);
        await Start();
        Assert.Equal(_own.Now, Time.GetUtcNow());

        container.Throttle(double.PositiveInfinity);
        await Look();

        Assert.True(_process.GetRequiredService<StoreClock>().IsFar);
    }

    // A container that has no unit left.
    private async Task<Sessions.StandIn.ContainerControl> Exhausted()
    {
        using var store = CosmosStandIn.Open(_settings, _own, null);
        await store.Check(CancellationToken.None);
        var container = await CosmosStandIn.ContainerOf(_settings);
        container.Throttle(0.001);
        await store.Read("p", "one", CancellationToken.None);
        return container;
    }

    private async Task Start()
    {
        foreach (var part in _process.GetServices<IHostedService>())
        {
            await part.StartAsync(CancellationToken.None);
        }
    }

    // In these tests there is a line at the end of it.
    private async Task Look()
    {
        var lines = _log.All.Count;
        _own.Advance(_look);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (_log.All.Count == lines)
        {
            await Task.Delay(1, patience.Token);
        }
    }
}
