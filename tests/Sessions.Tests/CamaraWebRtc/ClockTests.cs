using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>Machines whose clocks differ by less than a second lose nothing of each other's.</summary>
public sealed class ClockTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private Sink _sink = null!;

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start();
        _sink = await Sink.Start();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task A_sink_hears_what_came_after_it_subscribed_though_by_a_slower_clock()
    {
        var (alice, bob) = (new CamaraClient(_app, CamaraUsers.Alice), new CamaraClient(_app, CamaraUsers.Bob));
        await bob.Register();
        var call = await alice.Call();
        await alice.Subscribe(await alice.Register(CamaraClient.OtherDevice), "session-status", _sink.Url);
        _app.Clock.Now -= TimeSpan.FromMilliseconds(900);

        (await bob.Set(call, "Ringing")).Is(HttpStatusCode.OK);

        Assert.Equal("Ringing", (await _sink.Next()).Status);
    }
}
