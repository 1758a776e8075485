using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sessions.Http.Streams;

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
