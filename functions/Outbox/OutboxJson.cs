using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sessions.Outbox;

/// <summary>Events as they are stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OutboxEvent))]
internal sealed partial class OutboxJson : JsonSerializerContext;

/// <summary>
/// A payload inside its event: an object as it is, another text in an array of one, and what is no text in base64, as
/// all of them were stored before. Base64 of JSON takes a third more than the JSON, and every store is paid by size.
/// </summary>
internal sealed class PayloadConverter : JsonConverter<ReadOnlyMemory<byte>>
{
    public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.String)
        {
            return reader.GetBytesFromBase64();
        }

        var stored = JsonElement.ParseValue(ref reader);
        return stored.ValueKind is JsonValueKind.Array
            ? Encoding.UTF8.GetBytes(stored[0].GetString()!)
            : JsonMarshal.GetRawUtf8Value(stored).ToArray();
    }

    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options)
    {
        if (IsObject(value))
        {
            writer.WriteRawValue(value.Span, skipInputValidation: true);
        }
        else if (System.Text.Unicode.Utf8.IsValid(value.Span))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(value.Span);
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteBase64StringValue(value.Span);
        }
    }

    // Numbers are the one thing that a store may spell anew, so an object that has a fraction or an exponent, or one
    // that a double cannot hold, goes as a text.
    private static bool IsObject(ReadOnlyMemory<byte> value)
    {
        if (value.IsEmpty || value.Span[0] != (byte)'{')
        {
            return false;
        }

        var reader = new Utf8JsonReader(value.Span);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.Number
                    && !(reader.TryGetInt64(out var number) && Math.Abs(number) < 1L << 53
                        && reader.ValueSpan.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0))
                {
                    return false;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
