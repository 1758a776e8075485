using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sessions.Tests.Metrics;

/// <summary>Takes telemetry as Application Insights does: lines of JSON.</summary>
internal sealed class IngestionSink : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _metrics = [];
    private readonly ConcurrentQueue<SentSpan> _spans = [];
    private readonly WebApplication _app;

    private IngestionSink(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>Each series that was sent: its name, how many values it sums up, and its dimensions.</summary>
    public IEnumerable<string> Metrics => _metrics;

    /// <summary>Each request, and each call of something else.</summary>
    public IEnumerable<SentSpan> Spans => _spans;

    public static async Task<IngestionSink> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var sink = new IngestionSink(app);
        app.MapPost("/v2.1/track", sink.Take);
        await app.StartAsync();
        return sink;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> Take(HttpRequest request)
    {
        var items = 0;
        using var reader = new StreamReader(request.Body);
        while (await reader.ReadLineAsync() is { } line)
        {
            items++;
            using var item = JsonDocument.Parse(line);
            var data = item.RootElement.GetProperty("data").GetProperty("baseData");
            if (item.RootElement.GetProperty("data").GetProperty("baseType").GetString() is { } type
                && data.TryGetProperty("name", out var name) && item.RootElement.TryGetProperty("tags", out var tags))
            {
                _spans.Enqueue(new(type, name.GetString()!, tags.GetProperty("ai.operation.id").GetString()!));
            }

            if (data.TryGetProperty("metrics", out var metrics))
            {
                _metrics.Enqueue($"{Values(metrics[0])} {Dimensions(data)}".TrimEnd());
            }
        }

        return Results.Json(new { itemsReceived = items, itemsAccepted = items, errors = Array.Empty<string>() });
    }

    // A counter has a value alone.
    private static string Values(JsonElement metric)
    {
        var count = metric.TryGetProperty("count", out var values) ? values : metric.GetProperty("value");
        return $"{metric.GetProperty("name").GetString()} {count}";
    }

    private static string Dimensions(JsonElement data) => !data.TryGetProperty("properties", out var properties)
        ? ""
        : string.Join(' ', properties.EnumerateObject()
        .OrderBy(property => property.Name, StringComparer.Ordinal)
        .Select(property => property.Value.GetString()));
}

/// <summary>A span as it was sent.</summary>
internal sealed record SentSpan(string Type, string Name, string Trace);
