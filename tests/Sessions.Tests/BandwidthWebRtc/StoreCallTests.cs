using Sessions.Tests.Support;

namespace Sessions.Tests.BandwidthWebRtc;

/// <summary>What each operation costs in store calls.</summary>
public sealed class StoreCallTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private BandwidthClient _api = null!;
    private string _session = "";
    private string _member = "";

    private string Member => $"/sessions/{_session}/participants/{_member}";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _api = BandwidthClient.Acme(_app);
        _session = await _api.NewSession();
        _member = await _api.NewMember(_session);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_create_costs_one_call()
    {
        Assert.Equal(1, await CallsOf(() => _api.Post("/sessions")));
        Assert.Equal(1, await CallsOf(() => _api.Post("/participants")));
    }

    [Fact]
    public async Task A_fetch_or_a_list_costs_one_call()
    {
        var free = await _api.NewParticipant();

        Assert.Equal(1, await CallsOf(() => _api.Get($"/sessions/{_session}")));
        Assert.Equal(1, await CallsOf(() => _api.Get($"/sessions/{_session}/participants")));
        Assert.Equal(1, await CallsOf(() => _api.Get($"{Member}/subscriptions")));
        Assert.Equal(1, await CallsOf(() => _api.Get($"/participants/{free}")));
    }

    [Fact]
    public async Task A_participant_in_a_session_costs_two_as_the_session_knows_its_subscriptions() =>
        Assert.Equal(2, await CallsOf(() => _api.Get($"/participants/{_member}")));

    [Fact]
    public async Task A_session_costs_two_to_delete_and_its_subscriptions_two_to_update()
    {
        Assert.Equal(2, await CallsOf(() => _api.Put($"{Member}/subscriptions")));
        Assert.Equal(2, await CallsOf(() => _api.Delete($"/sessions/{_session}")));
    }

    [Fact]
    public async Task What_changes_a_session_and_a_participant_reads_both_and_writes_both_at_once()
    {
        Assert.Equal(3, await CallsOf(() => _api.Delete(Member)));
        Assert.Equal(3, await CallsOf(() => _api.Put(Member)));
        Assert.Equal(3, await CallsOf(() => _api.Delete($"/participants/{_member}")));
    }

    [Fact]
    public async Task A_refusal_of_who_asks_costs_none()
    {
        Assert.Equal(0, await CallsOf(() => BandwidthClient.Acme(_app, "other").Get($"/sessions/{_session}")));
        Assert.Equal(0, await CallsOf(() => _api.Get("/sessions/no-id")));
    }

    private Task<int> CallsOf(Func<Task> work) => _app.Store.CallsOf(work);
}
