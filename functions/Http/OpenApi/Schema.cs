using System.Text.Json.Nodes;

namespace Sessions.Http.OpenApi;

/// <summary>What a value may be, in JSON Schema 2020-12, the schema language of OpenAPI 3.1.</summary>
public sealed class Schema
{
    private readonly JsonObject _keywords;

    private Schema(JsonObject keywords) => _keywords = keywords;

    /// <summary>Anything.</summary>
    public static Schema Any { get; } = new([]);

    /// <summary>true or false.</summary>
    public static Schema Flag { get; } = Of("boolean");

    /// <summary>A date with time and offset, as RFC 3339 has it.</summary>
    public static Schema Moment { get; } = Text().With("format", "date-time");

    /// <summary>An absolute address.</summary>
    public static Schema Url { get; } = Text(max: 2048).With("format", "uri");

    /// <summary>A UUID.</summary>
    public static Schema Uuid { get; } = Text().With("format", "uuid");

    /// <summary>Text of so many characters.</summary>
    public static Schema Text(int? max = null, int? min = null) =>
        Of("string").With("minLength", min).With("maxLength", max);

    /// <summary>Text of a form, a regular expression of ECMA-262.</summary>
    public static Schema Form(string pattern) => Of("string").With("pattern", pattern);

    /// <summary>One of a few words.</summary>
    public static Schema Words(params IEnumerable<string> words) =>
        Of("string").With("enum", new JsonArray([.. words.Select(word => (JsonNode)word)]));

    /// <summary>A whole number in a range.</summary>
    public static Schema Whole(int min, int? max = null) =>
        Of("integer").With("minimum", min).With("maximum", max);

    /// <summary>A number in a range.</summary>
    public static Schema Number(double? min = null, double? max = null) =>
        Of("number").With("minimum", min).With("maximum", max);

    /// <summary>Several values of one kind.</summary>
    public static Schema List(Schema of) => Of("array").With("items", of.ToJson());

    /// <summary>An object with these members.</summary>
    public static Schema Members(params IEnumerable<Field> members)
    {
        var all = members.ToList();
        var properties = new JsonObject(all.Select(member =>
            KeyValuePair.Create(member.Name, (JsonNode?)member.Json())));
        var required = all.Where(member => member.Required).Select(member => (JsonNode)member.Name).ToArray();
        return Of("object")
            .With("properties", properties)
            .With("required", required is [] ? null : new JsonArray(required));
    }

    /// <summary>Any object.</summary>
    public static Schema Struct { get; } = Of("object");

    /// <summary>One of several kinds.</summary>
    public static Schema Either(params IEnumerable<Schema> kinds) =>
        Any.With("anyOf", new JsonArray([.. kinds.Select(kind => kind.ToJson())]));

    /// <summary>The same, or null.</summary>
    public Schema OrNull() => _keywords["type"] is { } type && _keywords["enum"] is null
        ? With("type", new JsonArray(type.DeepClone(), "null"))
        : Either(this, Of("null"));

    /// <summary>The schema with one more keyword, unless its value is null.</summary>
    public Schema With(string keyword, JsonNode? value)
    {
        var keywords = ToJson();
        if (value is not null)
        {
            keywords[keyword] = value;
        }

        return new(keywords);
    }

    /// <summary>The schema as JSON, of which the caller may do as it likes.</summary>
    public JsonObject ToJson() => _keywords.DeepClone().AsObject();

    private static Schema Of(string type) => new(new JsonObject { ["type"] = type });
}
