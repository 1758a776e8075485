using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sessions.Expiry;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Expiry;

/// <summary>A clock that goes ahead all at once, as nothing but a hand, or a sleep, moves it.</summary>
public sealed class ClockLeapTests : IAsyncLifetime
{
    private static readonly TimeSpan _leap = TimeSpan.FromHours(5);
    private readonly LogSink _log = new();
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _session = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start(builder => builder.Services.AddSingleton<ILoggerProvider>(_log));
        _proxy = ProxyClient.Acme(_app);
        _session = await _proxy.NewSession(await _proxy.NewService(), ("Ttl", "3600"));
        await _app.Sweep();
        _app.Clock.Put(_leap);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task What_is_due_by_it_is_open_again_when_it_is_put_right()
    {
        Assert.Equal(0, await _app.Sweep());
        Assert.Contains("The clock went ahead by 05:00:00 all at once", Told(), StringComparison.Ordinal);

        _app.Clock.Put(-_leap);

        Assert.Equal(0, await _app.Sweep());
        Assert.Equal("open", await Status());
        _app.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await _app.Sweep());
    }

    [Fact]
    public async Task When_it_stays_so_it_is_believed()
    {
        Assert.Equal(0, await _app.Sweep());
        _app.Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(0, await _app.Sweep());
        _app.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1, await _app.Sweep());
    }

    private string Told() => Assert.Single(_log.Of(typeof(Sweep).FullName!));

    private async Task<string> Status() => $"{(await _proxy.Get(_session))["status"]}";
}
