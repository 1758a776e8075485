using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>Dates as Twilio writes them: <c>2015-07-30T20:00:00Z</c>.</summary>
internal sealed class WholeSeconds : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteMoment(value, WireMoments.Seconds);
}
