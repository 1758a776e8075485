using System.Net;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Support;

namespace Sessions.Tests.Operator;

/// <summary>Which targets there are.</summary>
public sealed class TargetTests : IAsyncLifetime
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
    public async Task A_sink_is_one_and_what_is_only_passed_on_inside_is_none()
    {
        var alice = new CamaraClient(_app, CamaraUsers.Alice);
        await alice.Subscribe(await alice.Register(), "session-status", _sink.Url);
        (await alice.Delete(await alice.Call())).Is(HttpStatusCode.NoContent);
        await _sink.Next();
        await _app.NothingOnItsWay();

        var client = new ApiClient(_app.Anonymous().WithBearer(TestAccounts.AcmeToken));
        var targets = (await client.Send(HttpMethod.Get, "/operator/targets")).Is(HttpStatusCode.OK).Body!["targets"]!;

        var target = Assert.Single(targets.AsArray())!;
        Assert.Equal(new Uri(_sink.Url).Authority, (string?)target["target"]);
    }
}
