using System.Buffers;
using System.IO.Pipelines;
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
/// <param name="resume">Where to go on behind the last item that the reader was sent, or behind none.</param>
/// <param name="batches">The items, in batches that are sent at once.</param>
internal sealed class StreamAnswer<T>(
    IDisposable lease,
    IStreamFormat<T> format,
    ReaderPace pace,
    Func<T?, T> resume,
    Func<CancellationToken, IAsyncEnumerable<IReadOnlyList<T>>> batches) : IResult
    where T : class
{
    // The server holds back as much for a reader before it makes the writer wait.
    private const int MaxUnsent = 32 * 1024;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var open = lease;
        var aborted = httpContext.RequestAborted;
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

        try
        {
            // Its headers go with the first item, so that whoever has them is told all that happens from then on.
            if (await Write(response.BodyWriter, aborted) is { } untaken)
            {
                await Leave(httpContext, untaken);
            }
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            // The reader has gone.
        }
    }

    /// <summary>Writes until the end; else gives where to go on behind what the reader was sent and did not
    /// take.</summary>
    private async Task<T?> Write(PipeWriter output, CancellationToken aborted)
    {
        T? last = null;
        await foreach (var items in batches(aborted))
        {
            var unsent = 0;
            foreach (var item in items)
            {
                unsent += format.Write(output, item);
                last = item;
                if (unsent < MaxUnsent)
                {
                    continue;
                }

                unsent = 0;
                if (!await pace.Takes(output.FlushAsync(aborted).AsTask(), aborted))
                {
                    return resume(last);
                }
            }

            if (!await pace.Takes(output.FlushAsync(aborted).AsTask(), aborted))
            {
                return resume(last);
            }
        }

        return null;
    }

    private async Task Leave(HttpContext context, T place)
    {
        format.Write(context.Response.BodyWriter, place);
        var sent = context.Response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
        if (!await pace.Takes(sent, context.RequestAborted))
        {
            context.Abort();
        }
    }
}

/// <summary>How the items of a stream are written.</summary>
internal interface IStreamFormat<in T>
{
    /// <summary>The answer's media type.</summary>
    string ContentType { get; }

    /// <summary>Writes an item, and tells how many bytes it came to.</summary>
    int Write(IBufferWriter<byte> output, T item);
}
