using System.Globalization;
using System.Text.Json;

namespace Sessions.LiveStream;

/// <summary>
/// A Protobuf message in JSON, as LiveKit answers and as its webhooks are: fields in snake_case or lowerCamelCase, left
/// out when they hold their default, 64-bit numbers as text. Names are asked for in snake_case.
/// </summary>
internal readonly struct ProtoMessage(JsonElement json)
{
    /// <summary>A text; empty when it is left out. An enumeration's name is a text, too.</summary>
    public string Text(string name) =>
        Find(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    /// <summary>A whole number; 0 when it is left out.</summary>
    public long Number(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var value) => value,
        { ValueKind: JsonValueKind.String } text
            when long.TryParse(text.GetString(), CultureInfo.InvariantCulture, out var value) => value,
        _ => 0,
    };

    /// <summary>true or false; false when it is left out.</summary>
    public bool Flag(string name) => Find(name) is { ValueKind: JsonValueKind.True };

    /// <summary>A message; an empty one when it is left out.</summary>
    public ProtoMessage Message(string name) => new(Find(name) ?? default);

    /// <summary>A list of messages; none when it is left out.</summary>
    public IEnumerable<ProtoMessage> Messages(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(item => new ProtoMessage(item))
            : [];

    private JsonElement? Find(string name) =>
        json.ValueKind != JsonValueKind.Object ? null
        : json.TryGetProperty(name, out var value) || json.TryGetProperty(Camel(name), out value) ? value
        : null;

    private static string Camel(string name)
    {
        var words = name.Split('_');
        return words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }
}
