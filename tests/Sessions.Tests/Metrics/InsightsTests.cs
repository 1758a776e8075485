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
            _sink.Metrics.Where(IsLookedFor).Order());
    }

    [Fact]
    public async Task Requests_and_what_they_ask_of_the_store_are_told_as_one_trace()
    {
        await using (var app = await AppThatTells())
        {
            await ProxyClient.Acme(app).NewService("first");
        }

        // Other tests' services run in this process, too.
        Assert.Contains(
            _sink.Spans.Where(span => span.Name is "POST /v1/Services"),
            request => _sink.Spans.Contains(new("RemoteDependencyData", "store commit", request.Trace)));
    }

    [Fact]
    public async Task A_connection_string_that_cannot_be_read_is_named_at_start()
    {
        var failure = await Assert.ThrowsAsync<SettingsException>(() =>
            SessionsApp.Start(builder => builder.Configuration[Connection] = "nonsense"));

        Assert.StartsWith($"The setting {Connection} holds", failure.Message, StringComparison.Ordinal);
    }

    private static bool IsLookedFor(string line) =>
        line.StartsWith("sessions.expiry.sweeps", StringComparison.Ordinal)
        || line.StartsWith("sessions.request", StringComparison.Ordinal);

    // By itself the exporter takes five traces a second, and so it may be that it takes none of one.
    private Task<SessionsApp> AppThatTells() => SessionsApp.Start(builder =>
    {
        builder.Configuration[Connection] = $"InstrumentationKey={Guid.Empty};IngestionEndpoint={_sink.Url}/";
        builder.Configuration["OTEL_TRACES_SAMPLER"] = "microsoft.fixed_percentage";
        builder.Configuration["OTEL_TRACES_SAMPLER_ARG"] = "1.0";
    });
}
