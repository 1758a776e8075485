using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Sessions.Conversation;

/// <summary>
/// An answer that goes on for as long as there may be something to tell, at its reader's pace: what a reader does not
/// take within seconds it is not sent more of. The stream ends then with the place to resume from.
/// </summary>
/// <param name="lease">That it is open; let go when it ends.</param>
/// <param name="format">How items are written.</param>
/// <param name="pace">How long a reader may take.</param>
/// <param name="after">The event that the reader has.</param>
/// <param name="batches">The items, in batches that are sent at once.</param>
internal sealed class EventStream(
    IDisposable lease,
    StreamFormat format,
    ReaderPace pace,
    int after,
    Func<CancellationToken, IAsyncEnumerable<IReadOnlyList<StreamItem>>> batches) : IResult
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
            await response.StartAsync(aborted);
            await response.BodyWriter.FlushAsync(aborted);
            if (await Write(response.BodyWriter, aborted) is { } place)
            {
                await Leave(httpContext, place);
            }
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            // The reader has gone.
        }
    }

    /// <summary>Writes until the end; else gives the place up to which the reader was sent what it did not
    /// take.</summary>
    private async Task<int?> Write(PipeWriter output, CancellationToken aborted)
    {
        var place = after;
        await foreach (var items in batches(aborted))
        {
            var unsent = 0;
            foreach (var item in items)
            {
                unsent += format.Write(output, item);
                place = item.Event.Sequence;
                if (unsent < MaxUnsent)
                {
                    continue;
                }

                unsent = 0;
                if (!await pace.Takes(output.FlushAsync(aborted).AsTask(), aborted))
                {
                    return place;
                }
            }

            if (!await pace.Takes(output.FlushAsync(aborted).AsTask(), aborted))
            {
                return place;
            }
        }

        return null;
    }

    private async Task Leave(HttpContext context, int place)
    {
        format.Write(context.Response.BodyWriter, new(new(place, EventTypes.Resume)));
        var sent = context.Response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
        if (!await pace.Takes(sent, context.RequestAborted))
        {
            context.Abort();
        }
    }
}

/// <summary>How long a reader may take to take what it was sent.</summary>
/// <param name="Longest">The longest for one piece.</param>
/// <param name="End">When it is over in any case.</param>
/// <param name="Time">The clock.</param>
internal sealed record ReaderPace(TimeSpan Longest, DateTimeOffset End, TimeProvider Time)
{
    private static readonly TimeSpan _least = TimeSpan.FromSeconds(1);

    /// <summary>Whether the reader has taken it in time.</summary>
    public async Task<bool> Takes(Task sent, CancellationToken aborted)
    {
        if (sent.IsCompletedSuccessfully)
        {
            return true;
        }

        var left = End - Time.GetUtcNow();
        var patience = left < _least ? _least : left < Longest ? left : Longest;
        try
        {
            // A flush that is cancelled would take the connection with it, and the place to resume from. A network is
            // waited for in real time, also where a test moves the clock that documents live by.
            await sent.WaitAsync(patience, TimeProvider.System, aborted);
            return true;
        }
        catch (TimeoutException)
        {
            _ = sent.ContinueWith(
                static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
            return false;
        }
    }
}

/// <summary>How the items of a stream are written.</summary>
internal abstract class StreamFormat
{
    private const string Result = "result";

    private static readonly StreamFormat _lines = new JsonLines();
    private static readonly StreamFormat _wrapped = new WrappedLines();
    private static readonly StreamFormat _serverSent = new ServerSentEvents();

    public abstract string ContentType { get; }

    /// <summary>Server-sent events when they are asked for, else JSON by lines, as they are or wrapped.</summary>
    public static StreamFormat For(HttpRequest request) =>
        request.Query["wrap"] == Result ? _wrapped
        : MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase))
            ? _serverSent
            : _lines;

    /// <summary>Refuses what asks for lines that are wrapped in some other way.</summary>
    /// <exception cref="Http.RefusedException">It does.</exception>
    public static void Check(ProtoQuery query)
    {
        if (query.Text("wrap") is not (null or Result))
        {
            throw ConversationErrors.Invalid("wrap", $"must be {Result}, or left away.");
        }
    }

    /// <summary>Writes an item, and tells how many bytes it came to.</summary>
    public abstract int Write(IBufferWriter<byte> output, StreamItem item);

    private static byte[] Json(StreamItem item) =>
        JsonSerializer.SerializeToUtf8Bytes(item, ConversationJson.Wire.StreamItem);

    private sealed class JsonLines : StreamFormat
    {
        public override string ContentType => "application/x-ndjson";

        public override int Write(IBufferWriter<byte> output, StreamItem item)
        {
            var json = Json(item);
            output.Write(json);
            output.Write("\n"u8);
            return json.Length;
        }
    }

    /// <summary>
    /// As grpc-gateway writes a stream for its clients, who know of no heartbeats.
    /// Source: https://github.com/grpc-ecosystem/grpc-gateway/blob/main/runtime/handler.go (ForwardResponseStream)
    /// </summary>
    private sealed class WrappedLines : StreamFormat
    {
        public override string ContentType => "application/json";

        public override int Write(IBufferWriter<byte> output, StreamItem item)
        {
            if (item.Event.Type == EventTypes.Heartbeat)
            {
                return 0;
            }

            var json = Json(item);
            output.Write("{\"result\":"u8);
            output.Write(json);
            output.Write("}\n"u8);
            return json.Length;
        }
    }

    /// <summary>Source: https://html.spec.whatwg.org/multipage/server-sent-events.html</summary>
    private sealed class ServerSentEvents : StreamFormat
    {
        public override string ContentType => "text/event-stream";

        public override int Write(IBufferWriter<byte> output, StreamItem item)
        {
            if (item.Event.Type == EventTypes.Heartbeat)
            {
                output.Write(": heartbeat\n\n"u8);
                return 0;
            }

            var id = item.Event.Sequence.ToString(CultureInfo.InvariantCulture);
            output.Write(Encoding.ASCII.GetBytes($"id: {id}\ndata: "));
            var json = Json(item);
            output.Write(json);
            output.Write("\n\n"u8);
            return json.Length;
        }
    }
}
