using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Sessions.Http.Streams;

namespace Sessions.Conversation;

/// <summary>How the events of a session are written.</summary>
internal abstract class StreamFormat : IStreamFormat<StreamItem>
{
    private const string Result = "result";

    private static readonly StreamFormat _lines = new JsonLines();
    private static readonly StreamFormat _wrapped = new WrappedLines();
    private static readonly StreamFormat _serverSent = new Events();

    public abstract string ContentType { get; }

    /// <summary>Server-sent events when they are asked for, else JSON by lines, as they are or wrapped.</summary>
    public static StreamFormat For(HttpRequest request) =>
        request.Query["wrap"] == Result ? _wrapped
        : MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType.Equals(ServerSentEvents.MediaType, StringComparison.OrdinalIgnoreCase))
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

    /// <summary>What tells where to go on behind an item.</summary>
    public StreamItem ToGoOnBehind(StreamItem item) => item.Resumed;

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

    private sealed class Events : StreamFormat
    {
        public override string ContentType => ServerSentEvents.MediaType;

        public override int Write(IBufferWriter<byte> output, StreamItem item)
        {
            if (item.Event.Type == EventTypes.Heartbeat)
            {
                ServerSentEvents.WriteHeartbeat(output);
                return 0;
            }

            var json = Json(item);
            ServerSentEvents.Write(output, item.Cursor ?? ServerSentEvents.IdOf(item.Event.Sequence), json);
            return json.Length;
        }
    }
}
