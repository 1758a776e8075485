using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Sessions.Conversation;

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
