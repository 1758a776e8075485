using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Http;

namespace Sessions.LiveStream;

/// <summary>Moments on the wire: <c>2023-11-07T05:31:56.123Z</c>.</summary>
internal sealed class Rfc3339 : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteMoment(value, WireMoments.Milliseconds);
}
