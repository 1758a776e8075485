using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sessions.Tests.Metrics;

/// <summary>Takes telemetry as Application Insights does: lines of JSON, compressed.</summary>
internal sealed class IngestionSink : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _metrics = [];
    private readonly WebApplication _app;

    private IngestionSink(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>Each series that was sent: its name, how many values it sums up, and its dimensions.</summary>
    public IEnumerable<string> Metrics => _metrics;

    public static async Task<IngestionSink> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var sink = new IngestionSink(app);
        app.MapPost("/v2/track", sink.Take);
        await app.StartAsync();
        return sink;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Take(HttpRequest request)
    {
        await using var body = new GZipStream(request.Body, CompressionMode.Decompress);
        using var reader = new StreamReader(body);
        while (await reader.ReadLineAsync() is { } line)
        {
            using var item = JsonDocument.Parse(line);
            var data = item.RootElement.GetProperty("data").GetProperty("baseData");
            if (data.TryGetProperty("metrics", out var metrics))
            {
                _metrics.Enqueue($"{Values(metrics[0])} {Dimensions(data)}".TrimEnd());
            }
        }
    }

    private static string Values(JsonElement metric) =>
        $"{metric.GetProperty("name").GetString()} {metric.GetProperty("count").GetInt32()}";

    private static string Dimensions(JsonElement data) => string.Join(' ', data.GetProperty("properties")
        .EnumerateObject()
        .Where(property => property.Name != "_MS.AggregationIntervalMs")
        .OrderBy(property => property.Name, StringComparer.Ordinal)
        .Select(property => property.Value.GetString()));
}
