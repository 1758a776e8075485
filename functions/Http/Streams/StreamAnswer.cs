using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sessions.Http.Streams;

/// <summary>
/// An answer that goes on for as long as there may be something to tell, at its reader's pace: what a reader does not
/// take within seconds it is not sent more of. The stream ends then with the place to resume from.
/// </summary>
/// <param name="lease">That it is open; let go when it ends.</param>
/// <param name="format">How items are written.</param>
/// <param name="pace">How long a reader may take.</param>
/// <param name="begin">Behind what the reader goes on who has taken nothing.</param>
/// <param name="follow">Gives a reader the items until they are over.</param>
internal sealed class StreamAnswer<T>(
    IDisposable lease,
    IStreamFormat<T> format,
    ReaderPace pace,
    T begin,
    Func<IStreamReader<T>, CancellationToken, Task> follow) : IResult, IStreamReader<T>
    where T : class
{
    // The server holds back as much for a reader before it makes the writer wait.
    private const int MaxUnsent = 32 * 1024;

    private Func<IStreamReader<T>, CancellationToken, Task>? _follow = follow;
    private T _last = begin;
    private PipeWriter? _output;
    private CancellationToken _aborted;
    private bool _isUntaken;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var open = lease;
        var response = httpContext.Response;
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        response.ContentType = format.ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        // Its headers go with the first item, so that whoever has them is told all that happens from then on.
        (_output, _aborted) = (response.BodyWriter, httpContext.RequestAborted);
        try
        {
            await Begin();
            if (_isUntaken)
            {
                await Leave(httpContext);
            }
        }
        catch (OperationCanceledException) when (_aborted.IsCancellationRequested)
        {
            // The reader has gone.
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> Take(IReadOnlyList<T> items)
    {
        var unsent = 0;
        for (var index = 0; index < items.Count && !_isUntaken; index++)
        {
            _last = items[index];
            unsent += format.Write(_output!, _last);
            if (unsent >= MaxUnsent)
            {
                unsent = 0;
                _isUntaken = !await IsTaken();
            }
        }

        _isUntaken = _isUntaken || !await IsTaken();
        return !_isUntaken;
    }

    // What it was begun with is not kept for as long as it goes on.
    private Task Begin()
    {
        var follow = _follow!;
        _follow = null;
        return follow(this, _aborted);
    }

    private ValueTask<bool> IsTaken()
    {
        var sent = _output!.FlushAsync(_aborted);
        return sent.IsCompletedSuccessfully ? new(true) : new(pace.Takes(sent.AsTask(), _aborted));
    }

    // The reader is told where to go on behind what was sent, be it taken or not.
    private async Task Leave(HttpContext context)
    {
        format.Write(_output!, format.ToGoOnBehind(_last));
        if (!await IsTaken())
        {
            context.Abort();
        }
    }
}

/// <summary>How the items of a stream are written.</summary>
internal interface IStreamFormat<T>
{
    /// <summary>The answer's media type.</summary>
    string ContentType { get; }

    /// <summary>Writes an item, and tells how many bytes it came to.</summary>
    int Write(IBufferWriter<byte> output, T item);

    /// <summary>What tells where to go on behind an item.</summary>
    T ToGoOnBehind(T item);
}

/// <summary>
/// Server-sent events as they are written. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
/// </summary>
internal static class ServerSentEvents
{
    /// <summary>The media type of a stream of them.</summary>
    public const string MediaType = "text/event-stream";

    /// <summary>Writes a comment, which tells a reader's program nothing.</summary>
    public static void WriteHeartbeat(IBufferWriter<byte> output) => output.Write(": heartbeat\n\n"u8);

    /// <summary>Writes an event.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="id">What a reader who comes again sends as <c>Last-Event-ID</c>; ASCII.</param>
    /// <param name="data">What it says: one line of UTF-8.</param>
    public static void Write(IBufferWriter<byte> output, string id, ReadOnlySpan<byte> data)
    {
        output.Write(Encoding.ASCII.GetBytes($"id: {id}\ndata: "));
        output.Write(data);
        output.Write("\n\n"u8);
    }

    /// <summary>The id of an event that has a number.</summary>
    public static string IdOf(int number) => number.ToString(CultureInfo.InvariantCulture);
}
