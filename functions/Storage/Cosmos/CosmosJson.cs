using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sessions.Storage.Cosmos;

/// <summary>How items are written and read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(MomentConverter), typeof(BodyConverter)])]
[JsonSerializable(typeof(CosmosItem))]
[JsonSerializable(typeof(CosmosStamp))]
[JsonSerializable(typeof(CosmosPage<CosmosItem>))]
[JsonSerializable(typeof(CosmosPage<CosmosName>))]
[JsonSerializable(typeof(CosmosPage<CosmosListed>))]
[JsonSerializable(typeof(CosmosPage<long>))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class CosmosJson : JsonSerializerContext;

/// <summary>What a query answers.</summary>
internal sealed record CosmosPage<T>([property: JsonPropertyName("Documents")] IReadOnlyList<T> Documents);

/// <summary>Moments as <c>2031-12-31T23:59:59.9999999Z</c>: UTC, exact to the tick, always 28 characters.</summary>
internal sealed class MomentConverter : JsonConverter<DateTimeOffset>
{
    private const int Width = 28;

    public static string Text(DateTimeOffset moment) => $"{moment.UtcDateTime:O}";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[Width];
        _ = Utf8Formatter.TryFormat(value.UtcDateTime, text, out _, 'O');
        writer.WriteStringValue(text);
    }
}

/// <summary>The body, which is JSON already.</summary>
internal sealed class BodyConverter : JsonConverter<ReadOnlyMemory<byte>>
{
    public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        JsonMarshal.GetRawUtf8Value(JsonElement.ParseValue(ref reader)).ToArray();

    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Span, skipInputValidation: true);
}
