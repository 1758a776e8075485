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
    public async Task A_keyed_create_costs_a_call_and_its_repeat_two()
    {
        (string, string)[] key = [("Idempotency-Key", "k")];
        await _proxy.Get(_session);

        Assert.Equal(1, await _app.Store.CallsOf(() => _proxy.PostWith(key, $"{_service}/Sessions")));
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

/// <summary>What participants cost in store calls, once the Service and its pool are known.</summary>
public sealed class ParticipantStoreCallTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData(10)]
    [InlineData(500)]
    public async Task A_create_with_two_participants_costs_one_call_whatever_the_size_of_the_pool(int size)
    {
        var service = await Service(size);

        Assert.Equal(1, await _app.Store.CallsOf(() => NewSession(service, 1)));
        Assert.Equal(1, await _app.Store.CallsOf(() => NewSession(service, 2)));

        // The Service, its pool, and which of its numbers are in use.
        _app.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(4, await _app.Store.CallsOf(() => NewSession(service, 3)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(500)]
    public async Task A_create_for_an_identifier_with_open_sessions_costs_three_calls(int size)
    {
        var service = await Service(size);
        foreach (var _ in Enumerable.Range(0, 5))
        {
            await NewSession(service, 1);
        }

        Assert.InRange(await _app.Store.CallsOf(() => NewSession(service, 1)), 3, 5);
    }

    [Fact]
    public async Task Numbers_asked_for_by_name_cost_nothing_more()
    {
        var service = await Service(10);
        await _proxy.NewNumber(service, "+14155559999", ("IsReserved", "true"));
        const string Wanted = """{"Identifier": "+1415444000{0}", "ProxyIdentifier": "+14155559999"}""";
        await _proxy.NewSession(service, ("Participants", Wanted.Replace("{0}", "1", StringComparison.Ordinal)));

        Assert.Equal(1, await _app.Store.CallsOf(() => _proxy.NewSession(
            service, ("Participants", Wanted.Replace("{0}", "2", StringComparison.Ordinal)))));
    }

    [Fact]
    public async Task Participants_are_read_in_one_call_and_changed_in_two()
    {
        var service = await Service(10);
        var session = await _proxy.NewSession(service);
        var added = "";

        Assert.Equal(2, await _app.Store.CallsOf(
            async () => added = (await _proxy.NewParticipant(session, "+14154440001"))["sid"]));
        Assert.Equal(1, await _app.Store.CallsOf(() => _proxy.Get($"{session}/Participants")));
        Assert.Equal(1, await _app.Store.CallsOf(() => _proxy.Get($"{session}/Participants/{added}")));
        Assert.Equal(2, await _app.Store.CallsOf(() => _proxy.Delete($"{session}/Participants/{added}")));
    }

    private async Task<string> Service(int numbers)
    {
        var service = await _proxy.NewService();
        foreach (var i in Enumerable.Range(0, numbers))
        {
            await _proxy.NewNumber(service, $"+14155550{i:D3}");
        }

        await NewSession(service, 0);
        return service;
    }

    private Task<string> NewSession(string service, int pair) => _proxy.NewSession(
        service,
        ("Participants", $$"""{"Identifier": "+1415444000{{pair}}"}"""),
        ("Participants", $$"""{"Identifier": "+1415444100{{pair}}"}"""));
}
