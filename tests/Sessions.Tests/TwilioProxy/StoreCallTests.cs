using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>What each operation costs in store calls, once its Service is known.</summary>
public sealed class StoreCallTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _service = "";
    private string _session = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
        _service = await _proxy.NewService();
        _session = await _proxy.NewSession(_service, ("UniqueName", "one"));
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_create_costs_one_call() =>
        Assert.Equal(1, await _app.Store.CallsOf(() => _proxy.NewSession(_service)));

    [Fact]
    public async Task A_fetch_costs_one_call_by_sid_and_by_name()
    {
        Assert.Equal(1, await _app.Store.CallsOf(() => _proxy.Get(_session)));
        Assert.Equal(1, await _app.Store.CallsOf(() => _proxy.Get($"{_service}/Sessions/one")));
    }

    [Fact]
    public async Task A_list_page_costs_one_call() =>
        Assert.Equal(1, await _app.Store.CallsOf(() => _proxy.Get($"{_service}/Sessions")));

    [Fact]
    public async Task An_update_costs_two_calls() =>
        Assert.Equal(2, await _app.Store.CallsOf(() => _proxy.Post(_session, ("Ttl", "60"))));

    [Fact]
    public async Task A_delete_costs_two_calls() =>
        Assert.Equal(2, await _app.Store.CallsOf(() => _proxy.Delete(_session)));

    [Fact]
    public async Task A_repeated_create_costs_two_calls()
    {
        (string, string)[] key = [("Idempotency-Key", "k")];
        await _proxy.PostWith(key, $"{_service}/Sessions");

        Assert.Equal(2, await _app.Store.CallsOf(() => _proxy.PostWith(key, $"{_service}/Sessions")));
    }

    [Fact]
    public async Task Services_cost_the_same()
    {
        Assert.Equal(1, await _app.Store.CallsOf(() => _proxy.NewService("two")));
        Assert.Equal(1, await _app.Store.CallsOf(() => _proxy.Get(_service)));
        Assert.Equal(1, await _app.Store.CallsOf(() => _proxy.Get("/v1/Services")));
        Assert.Equal(2, await _app.Store.CallsOf(() => _proxy.Post(_service, ("DefaultTtl", "1"))));
        Assert.Equal(2, await _app.Store.CallsOf(() => _proxy.Delete(_service)));
    }

    [Fact]
    public async Task A_service_that_was_read_is_believed_for_five_seconds()
    {
        _app.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(2, await _app.Store.CallsOf(() => _proxy.Get(_session)));
        Assert.Equal(1, await _app.Store.CallsOf(() => _proxy.Get(_session)));
    }
}
