using System.Globalization;
using System.Text.Json;

namespace Sessions.Http;

/// <summary>Moments on the wire, in UTC. What surfaces differ in is the format.</summary>
public static class WireMoments
{
    /// <summary>RFC 3339 with milliseconds: <c>2023-11-07T05:31:56.123Z</c>.</summary>
    public const string Milliseconds = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>RFC 3339 with whole seconds: <c>2015-07-30T20:00:00Z</c>.</summary>
    public const string Seconds = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private const int Longest = 32;

    /// <summary>Writes a moment as text.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="moment">The moment, in any offset.</param>
    /// <param name="format">How; one of those above.</param>
    public static void WriteMoment(this Utf8JsonWriter writer, DateTimeOffset moment, string format)
    {
        Span<char> text = stackalloc char[Longest];
        moment.UtcDateTime.TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }
}
