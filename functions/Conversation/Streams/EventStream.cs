using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Sessions.Conversation;

/// <summary>An answer that goes on for as long as there may be something to tell.</summary>
/// <param name="format">How items are written.</param>
/// <param name="batches">The items, in batches that are sent at once.</param>
internal sealed class EventStream(
    StreamFormat format,
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
                foreach (var item in items)
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

/// <summary>How the items of a stream are written.</summary>
internal abstract class StreamFormat
{
    private static readonly StreamFormat _lines = new JsonLines();
    private static readonly StreamFormat _serverSent = new ServerSentEvents();

    public abstract string ContentType { get; }

    /// <summary>Server-sent events when they are asked for, else JSON by lines.</summary>
    public static StreamFormat For(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase))
            ? _serverSent
            : _lines;

    public abstract void Write(IBufferWriter<byte> output, StreamItem item);

    private static byte[] Json(StreamItem item) =>
        JsonSerializer.SerializeToUtf8Bytes(item, ConversationJson.Wire.StreamItem);

    private sealed class JsonLines : StreamFormat
    {
        public override string ContentType => "application/x-ndjson";

        public override void Write(IBufferWriter<byte> output, StreamItem item)
        {
            output.Write(Json(item));
            output.Write("\n"u8);
        }
    }

    /// <summary>Source: https://html.spec.whatwg.org/multipage/server-sent-events.html</summary>
    private sealed class ServerSentEvents : StreamFormat
    {
        public override string ContentType => "text/event-stream";

        public override void Write(IBufferWriter<byte> output, StreamItem item)
        {
            if (item.Event.Type == EventTypes.Heartbeat)
            {
                output.Write(": heartbeat\n\n"u8);
                return;
            }

            var id = item.Event.Sequence.ToString(CultureInfo.InvariantCulture);
            output.Write(Encoding.ASCII.GetBytes($"id: {id}\ndata: "));
            output.Write(Json(item));
            output.Write("\n\n"u8);
        }
    }
}
