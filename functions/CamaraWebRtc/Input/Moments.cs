using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Http;

namespace Sessions.CamaraWebRtc;

/// <summary>Moments as CAMARA writes them: RFC 3339, milliseconds, UTC. Read, they must name a time zone.</summary>
internal sealed class Moments : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && reader.TryGetDateTimeOffset(out var moment)
        && NamesTimeZone(reader.GetString()!)
            ? moment.ToUniversalTime()
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteMoment(value, WireMoments.Milliseconds);

    private static bool NamesTimeZone(string text) => text is [.., 'Z'] or [.., '+' or '-', _, _, ':', _, _];
}
