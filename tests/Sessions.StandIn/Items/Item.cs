using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Items;

/// <summary>
/// One item as it was written at one time: its JSON with the service's own properties, and its plain values at hand
/// for filters.
/// </summary>
internal sealed class Item
{
    private static readonly JsonWriterOptions _plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly Dictionary<string, SqlValue> _values;
    private readonly Lazy<JsonElement> _root;

    private Item(byte[] json, string id, ItemStamp stamp, Dictionary<string, SqlValue> values)
    {
        (Json, Id, Stamp, _values) = (json, id, stamp, values);
        _root = new(() => JsonElement.Parse(json));
    }

    public byte[] Json { get; }

    public string Id { get; }

    public ItemStamp Stamp { get; }

    /// <summary>How large it counts: its JSON, in units of 1,024 bytes.</summary>
    public double Kilobytes => Json.Length / 1024.0;

    /// <summary>Its own time to live in seconds; null when it says nothing.</summary>
    public int? TimeToLive => _values.GetValueOrDefault("ttl") is { Type: SqlType.Number } ttl ? (int)ttl.Number : null;

    /// <summary>Makes the item of what was sent. Numbers lose their spelling: the service keeps values.</summary>
    /// <exception cref="ServiceException">No item can be like this.</exception>
    public static Item Of(JsonElement body, ItemStamp stamp)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            throw new ServiceException(400, "An item is an object.");
        }

        var values = new Dictionary<string, SqlValue>(StringComparer.Ordinal);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, _plain))
        {
            writer.WriteStartObject();
            foreach (var property in body.EnumerateObject().Where(property => !IsOurs(property.Name)))
            {
                writer.WritePropertyName(property.Name);
                WriteValue(writer, property.Value);
                values[property.Name] = SqlValue.Of(property.Value);
            }

            stamp.Write(writer);
            writer.WriteEndObject();
        }

        stamp.AddTo(values);
        foreach (var (name, _) in values.Where(pair => pair.Value.Type is SqlType.Array or SqlType.Object).ToList())
        {
            // Those are looked up in the whole, which is read when somebody asks.
            values.Remove(name);
        }

        var id = values.GetValueOrDefault("id") is { Type: SqlType.String } text ? text.Text : "";
        return new(stream.ToArray(), id, stamp, values);
    }

    /// <summary>The value at a path.</summary>
    public SqlValue At(IReadOnlyList<string> steps)
    {
        if (steps is [var single] && _values.TryGetValue(single, out var plain))
        {
            return plain;
        }

        var value = SqlValue.Of(_root.Value);
        for (var index = 0; index < steps.Count; index++)
        {
            value = value.Step(steps[index]);
        }

        return value;
    }

    /// <summary>The value at a path that an indexing policy or a key names, such as <c>/key</c>.</summary>
    public SqlValue At(string path) => At(path.Trim('/').Split('/'));

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

/// <summary>What the service gives an item at each write.</summary>
/// <param name="Rid">Its resource id.</param>
/// <param name="Number">The how manieth of its container it was: what breaks ties.</param>
/// <param name="ETag">The version, with its quotes.</param>
/// <param name="Seconds">The time of the write.</param>
internal sealed record ItemStamp(string Rid, long Number, string ETag, long Seconds)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("_rid", Rid);
        writer.WriteString("_self", "");
        writer.WriteString("_etag", ETag);
        writer.WriteString("_attachments", "attachments/");
        writer.WriteNumber("_ts", Seconds);
    }

    public void AddTo(Dictionary<string, SqlValue> values)
    {
        values["_rid"] = SqlValue.Of(Rid);
        values["_etag"] = SqlValue.Of(ETag);
        values["_ts"] = SqlValue.Of(Seconds);
    }
}
