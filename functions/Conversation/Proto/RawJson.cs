using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sessions.Conversation;

/// <summary>Text that is itself JSON, written as the value that it spells. Only for writing.</summary>
internal sealed class RawJson : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Such text is read as a plain string.");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value, skipInputValidation: true);
}
