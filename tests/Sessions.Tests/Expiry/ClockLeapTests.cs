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
    private const string Number = "+14155559001";
    private const string Pair = $$"""{"Identifier":"+14155550001","ProxyIdentifier":"{{Number}}"}""";
    private readonly LogSink _log = new();
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _service = "";
    private string _session = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start(builder => builder.Services.AddSingleton<ILoggerProvider>(_log));
        _proxy = ProxyClient.Acme(_app);
        _service = await _proxy.NewService();
        await _proxy.NewNumber(_service, Number);
        _session = await _proxy.NewSession(
            _service, ("Ttl", "3600"), ("UniqueName", "order"), ("Participants", Pair));
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

    [Fact]
    public async Task What_is_claimed_by_a_session_that_is_due_by_it_is_taken_until_it_is_believed()
    {
        (await _proxy.Post($"{_service}/Sessions", ("Participants", Pair))).IsError(80604);
        (await _proxy.Post($"{_service}/Sessions", ("UniqueName", "order"))).IsError(80603);

        _app.Clock.Put(-_leap);
        Assert.Equal("open", await Status());
        _app.Clock.Advance(TimeSpan.FromHours(1));

        await _proxy.NewSession(_service, ("Participants", Pair));
    }

    private string Told() => Assert.Single(_log.Of(typeof(Sweep).FullName!));

    private async Task<string> Status() => $"{(await _proxy.Get(_session))["status"]}";
}
