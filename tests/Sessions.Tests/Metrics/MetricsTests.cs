using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Metrics;

public sealed class MetricsTests : IAsyncLifetime, IDisposable
{
    private SessionsApp _app = null!;
    private Measurements _measured = null!;
    private ProxyClient _proxy = null!;

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _measured = new(_app);
        _proxy = ProxyClient.Acme(_app);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _measured.Dispose();

    [Fact]
    public async Task Requests_are_told_by_surface_operation_and_status_and_by_nothing_else()
    {
        var service = await _proxy.NewService();
        await _proxy.NewSession(service);
        await _proxy.Post($"{service}/Sessions", ("Ttl", "x"));
        await new ProxyClient(_app.Anonymous()).Get(service);

        Assert.Equal(
            [
                "sessions.surface=TwilioProxy sessions.operation=TwilioProxy_CreateService "
                    + "http.response.status_code=201",
                "sessions.surface=TwilioProxy sessions.operation=TwilioProxy_CreateSession "
                    + "http.response.status_code=201",
                "sessions.surface=TwilioProxy sessions.operation=TwilioProxy_CreateSession "
                    + "http.response.status_code=400",
                "sessions.surface=TwilioProxy sessions.operation=TwilioProxy_FetchService "
                    + "http.response.status_code=401",
            ],
            _measured.Of("sessions.request.duration"));
    }

    [Fact]
    public async Task Store_calls_are_told_by_kind_and_outcome()
    {
        var service = await _proxy.NewService();
        await _proxy.Post("/v1/Services", ("UniqueName", "service"));
        await _proxy.Get(service);
        await _proxy.Get("/v1/Services");
        await _proxy.Get("/v1/Services/KS00000000000000000000000000000000");

        Assert.Equal(
            ["commit done", "commit conflict", "read done", "list done", "read not_found"],
            _measured.Of("sessions.store.duration").Select(line => line
                .Replace("sessions.store.call=", "", StringComparison.Ordinal)
                .Replace("sessions.store.outcome=", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_sweep_tells_how_late_it_was()
    {
        await _proxy.NewSession(await _proxy.NewService(), ("Ttl", "60"));
        _app.Clock.Advance(TimeSpan.FromSeconds(75));

        await _app.Sweep();

        Assert.Equal(["sessions.kind=twilio-proxy/session"], _measured.Of("sessions.expiry.lag"));
        Assert.Equal([15], _measured.ValuesOf("sessions.expiry.lag"));
    }

    [Fact]
    public void The_outbox_tells_how_much_waits()
    {
        _measured.Observe();

        Assert.Equal([0], _measured.ValuesOf("sessions.outbox.waiting"));
    }
}
