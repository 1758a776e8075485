using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.BandwidthWebRtc;
using Sessions.Tests.Support;

namespace Sessions.Tests.Outbox;

/// <summary>
/// However a session ends, its own API, the operator and the sweep tell the same, and the commit itself sends it: here
/// no time passes between a commit and its event, and the timer that looks for events that were left never runs.
/// </summary>
public sealed class EndingTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private WebhookSink _sink = null!;
    private BandwidthClient _api = null!;
    private ApiClient _operator = null!;

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _sink = await WebhookSink.Start();
        _api = BandwidthClient.Acme(_app);
        _operator = new(_app.Anonymous().WithBearer(TestAccounts.AcmeToken));
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task A_surfaces_delete_an_operators_close_and_a_sweep_tell_the_same_event_at_once_by_their_commit()
    {
        var deleted = await Told(session => _api.Delete($"/sessions/{session}"));
        var closed = await Told(_ => Close());
        var swept = await Told(async _ =>
        {
            _app.Clock.Advance(TimeSpan.FromHours(9));
            Assert.Equal(1, await _app.Sweep());
        });

        Assert.True(JsonNode.DeepEquals(deleted, closed), $"{deleted} and {closed}");
        Assert.True(JsonNode.DeepEquals(deleted, swept), $"{deleted} and {swept}");
        Assert.Equal(3, _sink.Count);
    }

    private async Task Close()
    {
        var list = await _operator.Send(HttpMethod.Get, "/operator/sessions?kind=bandwidth-webrtc/session&state=open");
        var open = Assert.Single(list.Is(HttpStatusCode.OK).Body!["sessions"]!.AsArray())!["id"];
        (await _operator.Send(HttpMethod.Post, $"/operator/sessions/{open}/close")).Is(HttpStatusCode.OK);
    }

    // What is told of a session's end, with the names of who and when in the place of these.
    private async Task<JsonNode> Told(Func<string, Task> end)
    {
        var session = await _api.NewSession();
        var member = await _api.NewMember(session, $$"""{"callbackUrl": "{{_sink.Url}}/hook", "tag": "ann"}""");

        await end(session);

        var ended = $"{_app.Clock.Now.ToUnixTimeMilliseconds()}";
        var told = await _sink.Next();
        return JsonNode.Parse(told.Body
            .Replace(member, "member", StringComparison.Ordinal)
            .Replace(ended, "moment", StringComparison.Ordinal))!;
    }
}
