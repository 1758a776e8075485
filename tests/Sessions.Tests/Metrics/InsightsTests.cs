using Sessions.Configuration;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Metrics;

/// <summary>What Application Insights is sent, over HTTP to a server that stands in for it.</summary>
public sealed class InsightsTests : IAsyncLifetime
{
    private const string Connection = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private IngestionSink _sink = null!;

    public async Task InitializeAsync() => _sink = await IngestionSink.Start();

    public async Task DisposeAsync() => await _sink.DisposeAsync();

    [Fact]
    public async Task Requests_and_sweeps_are_told_as_metrics_that_the_alerts_look_for()
    {
        await using (var app = await AppThatTells())
        {
            await ProxyClient.Acme(app).NewService("first");
            await ProxyClient.Acme(app).NewService("second");
            await new ProxyClient(app.Anonymous()).Get("/v1/Services");
            await app.Sweep();
        }

        Assert.Equal(
            [
                "sessions.expiry.sweeps 1 done",
                "sessions.request.duration 1 401 TwilioProxy_ListService TwilioProxy",
                "sessions.request.duration 2 201 TwilioProxy_CreateService TwilioProxy",
            ],
            _sink.Metrics.Where(line => !line.StartsWith("sessions.store", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task A_connection_string_that_cannot_be_read_is_named_at_start()
    {
        var failure = await Assert.ThrowsAsync<SettingsException>(() =>
            SessionsApp.Start(builder => builder.Configuration[Connection] = "nonsense"));

        Assert.StartsWith($"The setting {Connection} holds", failure.Message, StringComparison.Ordinal);
    }

    private Task<SessionsApp> AppThatTells() => SessionsApp.Start(builder => builder.Configuration[Connection] =
        $"InstrumentationKey={Guid.Empty};IngestionEndpoint={_sink.Url}/");
}
