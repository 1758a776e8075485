using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>What each operation costs in store calls; events go their way afterwards and are not counted.</summary>
public sealed class StoreCallTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private CamaraClient _alice = null!;
    private CamaraClient _bob = null!;

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start(workers: 0);
        _alice = new(_app, CamaraUsers.Alice);
        _bob = new(_app, CamaraUsers.Bob);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Calls_cost_one_to_create_or_fetch_and_two_to_change()
    {
        var path = "";
        Assert.Equal(1, await _app.Store.CallsOf(async () => path = await _alice.Call()));
        Assert.Equal(1, await _app.Store.CallsOf(() => _alice.Get(path)));
        Assert.Equal(2, await _app.Store.CallsOf(() => _bob.Set(path, "Ringing")));
        Assert.Equal(1, await _app.Store.CallsOf(() => _bob.Set(path, "Ringing")));
        Assert.Equal(2, await _app.Store.CallsOf(() => _bob.Delete(path)));
    }

    [Fact]
    public async Task A_call_of_a_registered_device_costs_one_more()
    {
        var id = await _alice.Register();

        Assert.Equal(2, await _app.Store.CallsOf(() =>
            _alice.Post(CamaraClient.StandardCalls, CamaraClient.NewCall(), ("registrationId", id))));
    }

    [Fact]
    public async Task An_update_that_names_its_device_costs_no_more_than_another()
    {
        var path = await _alice.Call();
        var device = ("registrationId", await _bob.Register());

        Assert.Equal(2, await _app.Store.CallsOf(() =>
            _bob.Put($"{path}/status", CamaraClient.Status("Connected", answer: true), device)));
        Assert.Equal(2, await _app.Store.CallsOf(() => _bob.Delete(path, device)));
    }

    [Fact]
    public async Task Of_a_call_that_nobody_listens_to_nothing_is_kept_but_itself_where_the_store_can_tell()
    {
        var path = await _alice.Call();
        await _bob.Set(path, "Ringing");
        Assert.Equal(_app.Store.SpansPartitions ? 0 : 2, await _app.EventsPending());

        await _bob.Subscribe(await _bob.Register(), "session-status", "https://sink.example.com");
        await _bob.Set(path, "Connected", answer: true);

        Assert.Equal(_app.Store.SpansPartitions ? 1 : 3, await _app.EventsPending());
    }

    [Theory]
    [InlineData(CamaraUsers.Alice)]
    [InlineData(CamaraUsers.AliceAndDora)]
    public async Task Registrations_cost_two_to_create_or_change_and_one_to_fetch(string token)
    {
        var client = new CamaraClient(_app, token);
        var path = "";
        Assert.Equal(2, await _app.Store.CallsOf(
            async () => path = $"{CamaraClient.Registrations}/{await client.Register()}"));
        Assert.Equal(1, await _app.Store.CallsOf(() => client.Get(path)));
        Assert.Equal(2, await _app.Store.CallsOf(() => client.Put(path, new JsonObject())));
        Assert.Equal(2, await _app.Store.CallsOf(() => client.Delete(path)));
    }

    [Fact]
    public async Task Subscriptions_cost_three_to_create_one_to_fetch_or_list_and_two_to_delete()
    {
        var id = await _alice.Register();
        var path = "";
        Assert.Equal(3, await _app.Store.CallsOf(
            async () => path = await _alice.Subscribe(id, "session-invitation", "https://sink.example.com")));
        Assert.Equal(1, await _app.Store.CallsOf(() => _alice.Get(path)));
        Assert.Equal(1, await _app.Store.CallsOf(() => _alice.Get(CamaraClient.Subscriptions)));
        Assert.Equal(2, await _app.Store.CallsOf(() => _alice.Delete(path)));
    }

    [Fact]
    public async Task What_is_refused_or_cannot_be_there_costs_none()
    {
        Assert.Equal(0, await _app.Store.CallsOf(() => _alice.Post(CamaraClient.Calls, new JsonObject())));
        Assert.Equal(0, await _app.Store.CallsOf(() => _alice.Get($"{CamaraClient.Calls}/123")));
        Assert.Equal(0, await _app.Store.CallsOf(() => _alice.Get($"{CamaraClient.Registrations}/123")));
        Assert.Equal(0, await _app.Store.CallsOf(() => _alice.Get($"{CamaraClient.Subscriptions}/123")));
    }
}
