using Microsoft.AspNetCore.Http;
using Sessions.Configuration;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Telemetry;

/// <summary>What an OpenTelemetry collector is sent, over HTTP.</summary>
public sealed class CollectorTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    [Fact]
    public async Task A_collector_is_sent_traces_metrics_and_logs()
    {
        await using var collector = await WebhookSink.Start();
        collector.Answer = _ => Task.FromResult(StatusCodes.Status200OK);
        await using (var app = await SessionsApp.Start(builder =>
        {
            builder.Configuration[Endpoint] = collector.Url;
            builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
            builder.Configuration["Logging:LogLevel:Sessions.Requests"] = "Information";
        }))
        {
            await ProxyClient.Acme(app).NewService();
        }

        var sent = collector.TakeAll().ToLookup(received => received.Path, received => received.Body);
        Assert.Equal(["/v1/logs", "/v1/metrics", "/v1/traces"], sent.Select(one => one.Key).Order());
        Assert.Contains("TwilioProxy_CreateService", string.Concat(sent["/v1/traces"]), StringComparison.Ordinal);
        Assert.Contains("sessions.request.duration", string.Concat(sent["/v1/metrics"]), StringComparison.Ordinal);
        Assert.Contains("POST /v1/Services 201", string.Concat(sent["/v1/logs"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:4317")]
    [InlineData("file:///tmp")]
    public async Task An_address_that_is_none_is_named_at_start(string address)
    {
        var failure = await Assert.ThrowsAsync<SettingsException>(() =>
            SessionsApp.Start(builder => builder.Configuration[Endpoint] = address));

        Assert.StartsWith($"The setting {Endpoint} holds", failure.Message, StringComparison.Ordinal);
    }
}
