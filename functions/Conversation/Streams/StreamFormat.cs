using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Bodies;
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

    private sealed class JsonLines : StreamFormat
    {
        public override string ContentType => "application/x-ndjson";

        public override int Write(IBufferWriter<byte> output, StreamItem item)
        {
            var json = item.ToJson();
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

            var json = item.ToJson();
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

            var json = item.ToJson();
            ServerSentEvents.Write(output, item.Cursor ?? ServerSentEvents.IdOf(item.Event.Sequence), json);
            return json.Length;
        }
    }
}

/// <summary>One item of an event stream.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Message">The message, or the signal, as it was sent.</param>
public sealed record StreamItem(EventResource Event, RawJson? Message = null)
{
    /// <summary>In an inbox, the session that it is about.</summary>
    public string? Session { get; init; }

    /// <summary>What an inbox begins with: the sessions that it follows.</summary>
    public IReadOnlyList<string>? Sessions { get; init; }

    /// <summary>Whether the user has more sessions than an inbox follows; absent unless it is so.</summary>
    public bool? HasMore { get; init; }

    /// <summary>In an inbox, where to go on behind this item.</summary>
    public string? Cursor { get; init; }

    /// <summary>That nothing has happened since this event, for a while.</summary>
    internal static StreamItem Heartbeat(int last) => new(new EventResource(last, EventTypes.Heartbeat));

    /// <summary>That the stream ends behind this event, and goes on from there when it is asked for again.</summary>
    internal static StreamItem Resume(int last) => new(new EventResource(last, EventTypes.Resume));

    /// <summary>The same behind this item.</summary>
    internal StreamItem Resumed => Resume(Event.Sequence) with { Cursor = Cursor };

    /// <summary>The item as streams write it.</summary>
    public byte[] ToJson()
    {
        using var json = PooledBytes.Json(this, ConversationJson.Default.StreamItem, ReadableJson.Encoder);
        return json.Written.ToArray();
    }

    internal static StreamItem Of(string sessionId, State<SessionEvent> stored)
    {
        var (sequence, happened) = (EventKind.SequenceOf(stored), stored.Body);
        return new(
            new(sequence, happened.Type)
            {
                Name = $"sessions/{sessionId}/events/{sequence}",
                CreateTime = happened.At,
                User = happened.User,
                Channel = happened.Channel,
                Session = RawJson.Of(happened.Session),
                Reason = happened.Reason,
            },
            RawJson.Of(happened.Message));
    }

    /// <summary>What passes between the events.</summary>
    /// <param name="last">The number of the last event before it.</param>
    /// <param name="passing">What passes.</param>
    internal static StreamItem Of(int last, SessionEvent passing) => new(
        new(last, passing.Type)
        {
            CreateTime = passing.At, User = passing.User, ReadSequence = passing.ReadSequence,
        },
        RawJson.Of(passing.Message));
}

/// <summary>An event on the wire.</summary>
/// <param name="Sequence">Its number; of what is none of the sequence, that of the last event before it.</param>
/// <param name="Type">
/// MESSAGE, JOINED, LEFT, PRESENT, ABSENT, UPDATED or ENDED; SIGNAL or READ, which pass and are not kept; HEARTBEAT or
/// RESUME, which are the stream's own; or INBOX, ADDED or REMOVED, which are an inbox's own.
/// </param>
public sealed record EventResource(int Sequence, string Type)
{
    /// <summary>Its resource name; absent for what is none of the sequence.</summary>
    public string? Name { get; init; }

    /// <summary>When it happened; absent for the stream's own.</summary>
    public Timestamp? CreateTime { get; init; }

    /// <summary>Who did it.</summary>
    public string? User { get; init; }

    /// <summary>The message's channel.</summary>
    public int? Channel { get; init; }

    /// <summary>The session after an update, without its secret key.</summary>
    public RawJson? Session { get; init; }

    /// <summary>
    /// Why the session ended: deleted, ttl or owners-left; or why an inbox does not follow it any more: left, hidden,
    /// deleted or limit.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>The last event that the user has read.</summary>
    public int? ReadSequence { get; init; }
}
