using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sessions.Conversation;

/// <summary>An answer that goes on for as long as there may be something to tell.</summary>
/// <param name="format">How items are written.</param>
/// <param name="wanted">Which of them.</param>
/// <param name="batches">The items, in batches that are sent at once.</param>
internal sealed class EventStream(
    StreamFormat format,
    StreamRequest wanted,
    Func<CancellationToken, IAsyncEnumerable<IReadOnlyList<StreamItem>>> batches) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var aborted = httpContext.RequestAborted;
        var response = httpContext.Response;
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        response.ContentType = format.ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await response.StartAsync(aborted);
            await response.BodyWriter.FlushAsync(aborted);
            await foreach (var items in batches(aborted))
            {
                foreach (var item in items.Where(wanted.Wants))
                {
                    format.Write(response.BodyWriter, item);
                }

                await response.BodyWriter.FlushAsync(aborted);
            }
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            // The reader has gone.
        }
    }
}
