using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Items;

/// <summary>
/// One item as it was written at one time: its JSON with the service's own properties, and its plain values at hand
/// for filters.
/// </summary>
internal sealed class Item
{
    private static readonly ConcurrentDictionary<string, string[]> _shapes = new(StringComparer.Ordinal);

    // Filters look at very many items: names that are shared and a row of values are found with few looks at memory.
    private readonly string[] _names;
    private readonly SqlValue[] _values;
    private readonly Lazy<JsonElement> _root;

    private Item(byte[] json, string id, ItemStamp stamp, Dictionary<string, SqlValue> values)
    {
        (Json, Id, Stamp) = (json, id, stamp);
        _names = _shapes.GetOrAdd(string.Join('\uffff', values.Keys), _ => [.. values.Keys]);
        _values = [.. values.Values];
        _root = new(() => JsonElement.Parse(json));
        TimeToLive = Plain("ttl") is { Type: SqlType.Number } ttl ? (int)ttl.Number : null;
    }

    public byte[] Json { get; }

    public string Id { get; }

    public ItemStamp Stamp { get; }

    /// <summary>Its JSON, to look into.</summary>
    public JsonElement Root => _root.Value;

    /// <summary>How large it counts: its JSON, in units of 1,024 bytes.</summary>
    public double Kilobytes => Json.Length / 1024.0;

    /// <summary>Its own time to live in seconds; null when it says nothing.</summary>
    public int? TimeToLive { get; }

    /// <summary>Makes the item of what was sent.</summary>
    public static Item Of(ItemBody body, ItemStamp stamp)
    {
        var values = new Dictionary<string, SqlValue>(body.Values, StringComparer.Ordinal);
        stamp.AddTo(values);
        return new([.. body.Json.Span[..^1], .. stamp.Json(body.IsEmpty), (byte)'}'], body.Id, stamp, values);
    }

    /// <summary>The value at a path.</summary>
    public SqlValue At(IReadOnlyList<string> steps)
    {
        if (steps is [var first, ..])
        {
            var plain = Plain(first);
            if (plain is null || (steps.Count is 1 && plain.Value.Type is not SqlType.Undefined))
            {
                return plain.GetValueOrDefault();
            }
        }

        var value = SqlValue.Of(_root.Value);
        for (var index = 0; index < steps.Count; index++)
        {
            value = value.Step(steps[index]);
        }

        return value;
    }

    // Undefined of what is no plain value; null of what is not there.
    private SqlValue? Plain(string name)
    {
        for (var index = 0; index < _names.Length; index++)
        {
            if (_names[index] == name)
            {
                return _values[index];
            }
        }

        return null;
    }

    /// <summary>The value at a path that an indexing policy or a key names, such as <c>/key</c>.</summary>
    public SqlValue At(string path) => At(path.Trim('/').Split('/'));
}

/// <summary>What the service gives an item at each write.</summary>
/// <param name="Rid">Its resource id.</param>
/// <param name="Number">The how manieth of its container it was: what breaks ties.</param>
/// <param name="ETag">The version, with its quotes.</param>
/// <param name="Seconds">The time of the write.</param>
internal sealed record ItemStamp(string Rid, long Number, string ETag, long Seconds)
{
    /// <summary>Its properties as they end the JSON of an item.</summary>
    /// <param name="first">Whether nothing comes before them.</param>
    public byte[] Json(bool first) => Encoding.UTF8.GetBytes(
        (first ? "" : ",") + $"\"_rid\":\"{Rid}\",\"_self\":\"\",\"_etag\":{JsonSerializer.Serialize(ETag)},"
        + $"\"_attachments\":\"attachments/\",\"_ts\":{Seconds}");

    public void AddTo(Dictionary<string, SqlValue> values)
    {
        values["_rid"] = SqlValue.Of(Rid);
        values["_self"] = SqlValue.Of("");
        values["_etag"] = SqlValue.Of(ETag);
        values["_attachments"] = SqlValue.Of("attachments/");
        values["_ts"] = SqlValue.Of(Seconds);
    }
}
