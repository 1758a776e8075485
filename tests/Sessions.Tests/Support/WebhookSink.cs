using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sessions.Tests.Support;

/// <summary>A real web server on this machine that takes what the service sends, and answers as it is told.</summary>
internal sealed class WebhookSink : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();
    private readonly WebApplication _app;
    private int _count;

    private WebhookSink(WebApplication app) => _app = app;

    /// <summary>What it does with a request, and the status it answers; 204 at first.</summary>
    public Func<HttpContext, Task<int>> Answer { get; set; } = _ => Task.FromResult(204);

    /// <summary>What it answers beside the status; nothing at first.</summary>
    public (string MediaType, string Text)? Content { get; set; }

    /// <summary>Where it is, without a final slash.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>How many requests have come.</summary>
    public int Count => Volatile.Read(ref _count);

    public static async Task<WebhookSink> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var sink = new WebhookSink(app);
        app.Run(sink.Take);
        await app.StartAsync();
        return sink;
    }

    /// <summary>The next request that comes, or came and was not asked for yet.</summary>
    public async Task<Received> Next()
    {
        using var timeout = new CancellationTokenSource(_patience);
        return await _received.Reader.ReadAsync(timeout.Token);
    }

    /// <summary>All requests that have come and were not asked for yet.</summary>
    public IEnumerable<Received> TakeAll()
    {
        while (_received.Reader.TryRead(out var received))
        {
            yield return received;
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Take(HttpContext context)
    {
        // What answers may read it once more.
        context.Request.EnableBuffering();
        using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
        var received = new Received(
            context.Request.Method,
            context.Request.Path,
            await reader.ReadToEndAsync(),
            context.Request.Headers.ToDictionary(
                header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        context.Request.Body.Position = 0;
        Interlocked.Increment(ref _count);
        _received.Writer.TryWrite(received);
        context.Response.StatusCode = await Answer(context);
        if (Content is var (mediaType, text))
        {
            context.Response.ContentType = mediaType;
            await context.Response.WriteAsync(text);
        }
    }
}

/// <summary>A request that the service sent.</summary>
internal sealed record Received(
    string Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers);
