using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Items;

/// <summary>
/// What a client sends as an item, read once and before anybody else has to wait for it. Numbers lose their spelling:
/// the service keeps values.
/// </summary>
internal sealed class ItemBody
{
    private const int MaxIdLength = 255;

    private static readonly JsonWriterOptions _plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private ItemBody(ReadOnlyMemory<byte> json, Dictionary<string, SqlValue> values) => (Json, Values) = (json, values);

    /// <summary>Its JSON, without the service's own properties.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>
    /// Its properties: plain ones with their values, the others as undefined, since those are looked up in the whole,
    /// which is read when somebody asks.
    /// </summary>
    public IReadOnlyDictionary<string, SqlValue> Values { get; }

    public bool IsEmpty => Json.Length == "{}".Length;

    public string Id => TextOf("id") ?? "";

    /// <summary>The text that a property is; null when it is none.</summary>
    public string? TextOf(string property) =>
        Values.GetValueOrDefault(property) is { Type: SqlType.String } value ? value.Text : null;

    /// <summary>Reads what was sent.</summary>
    /// <exception cref="ServiceException">No item can be like this.</exception>
    public static ItemBody Of(JsonElement json)
    {
        if (json.ValueKind is not JsonValueKind.Object)
        {
            throw new ServiceException(400, "An item is an object.");
        }

        var values = new Dictionary<string, SqlValue>(StringComparer.Ordinal);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, _plain))
        {
            writer.WriteStartObject();
            foreach (var property in json.EnumerateObject().Where(property => !IsOurs(property.Name)))
            {
                writer.WritePropertyName(property.Name);
                WriteValue(writer, property.Value);
                values[property.Name] = property.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object
                    ? SqlValue.Undefined
                    : SqlValue.Of(property.Value);
            }

            writer.WriteEndObject();
        }

        return new(stream.ToArray(), values);
    }

    /// <summary>The same, unless no item can have its id.</summary>
    /// <exception cref="ServiceException">None can.</exception>
    public ItemBody WithValidId() => Id.Length is > 0 and <= MaxIdLength && !Id.AsSpan().ContainsAny(@"/\?#")
        ? this
        : throw new ServiceException(400, "The input name is invalid.");

    private static bool IsOurs(string name) => name is "_rid" or "_self" or "_etag" or "_attachments" or "_ts";

    private static void WriteValue(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in value.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    WriteValue(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                {
                    WriteValue(writer, element);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                writer.WriteNumberValue(value.GetDouble());
                break;
            default:
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
                break;
        }
    }
}
