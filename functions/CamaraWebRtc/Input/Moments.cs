using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sessions.CamaraWebRtc;

/// <summary>Moments as CAMARA writes them: RFC 3339, milliseconds, UTC. Read, they must name a time zone.</summary>
internal sealed class Moments : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && reader.TryGetDateTimeOffset(out var moment)
        && NamesTimeZone(reader.GetString()!)
            ? moment.ToUniversalTime()
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[24];
        value.UtcDateTime.TryFormat(text, out _, Format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text);
    }

    private static bool NamesTimeZone(string text) => text is [.., 'Z'] or [.., '+' or '-', _, _, ':', _, _];
}
