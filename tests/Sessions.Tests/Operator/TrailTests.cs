using System.Net;
using Sessions.Tests.BandwidthWebRtc;
using Sessions.Tests.Support;

namespace Sessions.Tests.Operator;

/// <summary>How much a session's own document keeps of what has happened to it.</summary>
public sealed class TrailTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private BandwidthClient _api = null!;
    private string _session = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _api = BandwidthClient.Acme(_app);
        _session = await _api.NewSession();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Of_all_that_happened_the_first_line_stays_and_of_the_others_the_last_forty_nine()
    {
        var first = await _api.NewMember(_session);
        var member = await _api.NewParticipant();
        for (var turn = 0; turn < 25; turn++)
        {
            await Put($"/sessions/{_session}/participants/{member}");
            (await _api.Delete($"/sessions/{_session}/participants/{member}")).Is(HttpStatusCode.NoContent);
        }

        await _api.Delete($"/sessions/{_session}/participants/{first}");

        string[] aTurn = ["joined", "left"];
        List<string> kept = ["created", .. Enumerable.Repeat(aTurn, 24).SelectMany(turn => turn), "left"];
        Assert.Equal(kept, await Lines());
    }

    [Fact]
    public async Task What_one_changes_again_and_again_is_one_line()
    {
        var member = await _api.NewMember(_session);
        for (var turn = 0; turn < 3; turn++)
        {
            await Put($"/sessions/{_session}/participants/{member}/subscriptions");
        }

        Assert.Equal(["created", "joined", "changed"], await Lines());
        await _api.Delete($"/sessions/{_session}/participants/{member}");
        Assert.Equal(["created", "joined", "changed", "left"], await Lines());
    }

    private async Task Put(string path) => (await _api.Put(path)).Is(HttpStatusCode.NoContent);

    private async Task<List<string>> Lines()
    {
        var api = new ApiClient(_app.Anonymous().WithBearer(TestAccounts.AcmeToken));
        var list = await api.Send(HttpMethod.Get, "/operator/sessions?kind=bandwidth-webrtc/session");
        var id = Assert.Single(list.Is(HttpStatusCode.OK).Body!["sessions"]!.AsArray())!["id"];
        var timeline = await api.Send(HttpMethod.Get, $"/operator/sessions/{id}/timeline");
        return [.. timeline.Is(HttpStatusCode.OK).Body!["entries"]!.AsArray().Select(entry => $"{entry!["what"]}")];
    }
}
