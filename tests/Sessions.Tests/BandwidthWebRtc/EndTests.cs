using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.BandwidthWebRtc;

/// <summary>A session ends nine hours after its creation, whatever happened in it.</summary>
public sealed class EndTests : IAsyncLifetime
{
    private static readonly TimeSpan _life = TimeSpan.FromHours(9);
    private SessionsApp _app = null!;
    private BandwidthClient _api = null!;
    private string _session = "";
    private string _member = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _api = BandwidthClient.Acme(_app);
        _session = await _api.NewSession();
        _member = await _api.NewMember(_session, subscriptions: $$"""{"sessionId": "{{_session}}"}""");
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task One_tick_before_it_is_all_there()
    {
        _app.Clock.Advance(_life - TimeSpan.FromTicks(1));

        Assert.Equal([_member], await _api.MembersOf(_session));
        Assert.Equal([_session], await _api.SessionsOf(_member));
        Assert.Equal(0, await _app.Sweep());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task From_then_on_it_is_404_and_its_participants_are_free_swept_or_not(bool swept)
    {
        _app.Clock.Advance(_life);
        Assert.Equal(swept ? 1 : 0, swept ? await _app.Sweep() : 0);

        var member = $"/sessions/{_session}/participants/{_member}";
        (await _api.Get($"/sessions/{_session}")).IsError(HttpStatusCode.NotFound);
        (await _api.Get($"/sessions/{_session}/participants")).IsError(HttpStatusCode.NotFound);
        (await _api.Get($"{member}/subscriptions")).IsError(HttpStatusCode.NotFound);
        (await _api.Put($"{member}/subscriptions")).IsError(HttpStatusCode.NotFound);
        (await _api.Put(member)).IsError(HttpStatusCode.NotFound);
        (await _api.Delete(member)).IsError(HttpStatusCode.NotFound);
        (await _api.Delete($"/sessions/{_session}")).IsError(HttpStatusCode.NotFound);
        var participant = (await _api.Get($"/participants/{_member}")).Is(HttpStatusCode.OK);
        Assert.Equal(("[]", "{}"), (participant["sessions"], participant["subscriptions"]));
        var next = await _api.NewSession();
        (await _api.Put($"/sessions/{next}/participants/{_member}")).Is(HttpStatusCode.NoContent);
        Assert.Equal([next], await _api.SessionsOf(_member));
    }

    [Fact]
    public async Task A_session_that_the_operator_closes_is_404_and_its_participants_are_free()
    {
        var bearer = new ApiClient(_app.Anonymous().WithBearer(TestAccounts.AcmeToken));
        var list = (await bearer.Send(HttpMethod.Get, "/operator/sessions")).Is(HttpStatusCode.OK);
        var seen = Assert.Single(list.Body!["sessions"]!.AsArray())!;
        Assert.Equal(("BandwidthWebRtc", "active"), (seen["surface"]!.ToString(), seen["status"]!.ToString()));

        var closed = await bearer.Send(HttpMethod.Post, $"/operator/sessions/{seen["id"]}/close");

        Assert.Equal(("ended", "api"), (closed.Is(HttpStatusCode.OK)["status"], closed["closedReason"]));
        (await _api.Get($"/sessions/{_session}")).IsError(HttpStatusCode.NotFound);
        Assert.Empty(await _api.SessionsOf(_member));
    }

    [Fact]
    public async Task The_sweep_closes_it_once_and_the_store_forgets_it_after_the_retention()
    {
        _app.Clock.Advance(_life + TimeSpan.FromHours(1));

        Assert.Equal(1, await _app.Sweep());
        Assert.Equal(0, await _app.Sweep());

        var stored = (await _app.Store.Read("acme:bandwidth-webrtc:account", _session, CancellationToken.None)).Value!;
        Assert.Equal(("ended", "date-expiry"), (stored.Lifetime!.Status, stored.Lifetime.ClosedReason));
        Assert.Equal(stored.Lifetime.CreatedAt + _life, stored.Lifetime.EndedAt);
        Assert.Equal(_app.Clock.Now.AddDays(30), stored.PurgeAt);
    }
}
