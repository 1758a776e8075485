using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Sessions.Http;
using Sessions.Http.OpenApi;

namespace Sessions.OpenApi;

/// <summary>
/// The schemas of the records that a surface writes, as its source-generated contexts know them: names, order, what may
/// be null and what is left out then. Each record becomes a component.
/// </summary>
internal sealed partial class WireSchemas(
    CodeComments comments, IReadOnlyDictionary<string, Schema> members, IReadOnlyDictionary<Type, Schema> types)
{
    private readonly SortedDictionary<string, JsonObject> _components = new(StringComparer.Ordinal);

    /// <summary>Every schema that was asked for, with all that they refer to.</summary>
    public JsonObject Components => new(_components.Select(component =>
        KeyValuePair.Create(component.Key, (JsonNode?)component.Value.DeepClone())));

    /// <summary>Adds a schema of another origin.</summary>
    public JsonObject Add(string name, Schema schema)
    {
        _components[name] = schema.ToJson();
        return Reference(name);
    }

    /// <summary>The schema of a type.</summary>
    public JsonObject Of(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object => Component(type),
        JsonTypeInfoKind.Enumerable => new() { ["type"] = "array", ["items"] = Of(type, type.ElementType!) },
        JsonTypeInfoKind.Dictionary =>
            new() { ["type"] = "object", ["additionalProperties"] = Of(type, type.ElementType!) },
        _ => types.TryGetValue(type.Type, out var own) ? own.ToJson() : Plain(type.Type),
    };

    private JsonObject Of(JsonTypeInfo context, Type type) =>
        Of(context.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type));

    private static JsonObject Plain(Type type) => type switch
    {
        _ when type == typeof(string) || type == typeof(WireAddress) => new() { ["type"] = "string" },
        _ when type == typeof(bool) => new() { ["type"] = "boolean" },
        _ when type == typeof(int) => new() { ["type"] = "integer", ["format"] = "int32" },
        _ when type == typeof(long) => new() { ["type"] = "integer", ["format"] = "int64" },
        _ when type == typeof(double) => new() { ["type"] = "number", ["format"] = "double" },
        _ when type == typeof(Guid) => new() { ["type"] = "string", ["format"] = "uuid" },
        _ when type == typeof(DateTimeOffset) || type == typeof(WireMoment) =>
            new() { ["type"] = "string", ["format"] = "date-time" },
        _ => throw new NotSupportedException($"There is no schema for {type}. Add one here."),
    };

    private JsonObject Component(JsonTypeInfo type)
    {
        var name = NameOf(type.Type);
        if (!_components.ContainsKey(name))
        {
            // Reserved first: a record may refer to itself.
            _components[name] = [];
            _components[name] = Object(type, CodeNameOf(type.Type));
        }

        return Reference(name);
    }

    private JsonObject Object(JsonTypeInfo type, string name)
    {
        var schema = new JsonObject { ["type"] = "object" };
        if (comments.Summary(type.Type) is { } summary)
        {
            schema["description"] = summary;
        }

        var named = type.Properties.Where(property => property is { Get: not null, IsExtensionData: false }).ToList();
        var required = named.Where(property => !IsLeftOut(property)).Select(property => (JsonNode)property.Name);
        schema["properties"] = new JsonObject(named.Select(property =>
            KeyValuePair.Create(property.Name, (JsonNode?)Member(type, name, property))));
        schema["required"] = new JsonArray([.. required]);
        return schema;
    }

    private JsonObject Member(JsonTypeInfo type, string owner, JsonPropertyInfo property)
    {
        var schema = members.TryGetValue($"{owner}.{property.Name}", out var narrower) ? narrower.ToJson()
            : property.CustomConverter is not null ? []
            : Of(type, property.PropertyType);
        if (IsNullable(property) && !IsLeftOut(property))
        {
            schema = OrNull(schema);
        }

        if (property.AttributeProvider is PropertyInfo declared && comments.Summary(declared) is { } summary)
        {
            schema["description"] = summary;
        }

        return schema;
    }

    private static bool IsNullable(JsonPropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null
        || (property.IsGetNullable && !property.PropertyType.IsValueType && !IsOfATypeParameter(property));

    // What a generic record holds is never null here; its nullability is not known to the context.
    private static bool IsOfATypeParameter(JsonPropertyInfo property) =>
        property.DeclaringType.IsGenericType
        && property.DeclaringType.GetGenericArguments().Contains(property.PropertyType);

    private static bool IsLeftOut(JsonPropertyInfo property) => IsNullable(property)
        && (property.ShouldSerialize is not null
            || property.Options.DefaultIgnoreCondition is JsonIgnoreCondition.WhenWritingNull);

    private static JsonObject OrNull(JsonObject schema)
    {
        if (schema["type"] is JsonValue one && schema["enum"] is null)
        {
            schema["type"] = new JsonArray(one.DeepClone(), "null");
            return schema;
        }

        return new() { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
    }

    // What a thing is called in the code to tell it from what is stored is nothing to those who read of it.
    private static string NameOf(Type type) =>
        string.Concat(type.GetGenericArguments().Select(NameOf)) + OfCode().Replace(type.Name.Split('`')[0], "");

    // Envelope<Stats> is StatsEnvelope.
    private static string CodeNameOf(Type type) =>
        string.Concat(type.GetGenericArguments().Select(CodeNameOf)) + type.Name.Split('`')[0];

    [GeneratedRegex("(?<=.)(Resource|View)$")]
    private static partial Regex OfCode();

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };
}
