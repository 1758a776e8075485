using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Sessions.StandIn.Sql;

/// <summary>The types, in the order in which values of different types sort.</summary>
internal enum SqlType
{
    Undefined,
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

/// <summary>
/// A value as the query language knows it. What an expression cannot say of its operands is undefined, which is neither
/// true nor false: https://learn.microsoft.com/cosmos-db/query/null-and-undefined
/// </summary>
internal readonly struct SqlValue
{
    public static readonly SqlValue Undefined;
    public static readonly SqlValue Null = new(SqlType.Null, 0);
    public static readonly SqlValue True = new(SqlType.Boolean, 1);
    public static readonly SqlValue False = new(SqlType.Boolean, 0);

    private readonly double _number;

    // A text, or the JSON of an array or an object: filters look at very many values, so they are kept small.
    private readonly object? _more;

    private SqlValue(SqlType type, double number, object? more = null) =>
        (Type, _number, _more) = (type, number, more);

    public SqlType Type { get; }

    public bool IsTrue => Type is SqlType.Boolean && _number is 1;

    public bool IsFalse => Type is SqlType.Boolean && _number is 0;

    public double Number => _number;

    public string Text => Unsafe.As<string>(_more!);

    /// <summary>An array or an object.</summary>
    public JsonElement Json => (JsonElement)_more!;

    public static SqlValue Of(bool value) => value ? True : False;

    public static SqlValue Of(double value) => new(SqlType.Number, value);

    public static SqlValue Of(string value) => new(SqlType.String, 0, value);

    public static SqlValue Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => Null,
        JsonValueKind.True => True,
        JsonValueKind.False => False,
        JsonValueKind.Number => Of(json.GetDouble()),
        JsonValueKind.String => Of(json.GetString()!),
        JsonValueKind.Array => new(SqlType.Array, 0, json),
        JsonValueKind.Object => new(SqlType.Object, 0, json),
        _ => Undefined,
    };

    /// <summary>What lies one step below; undefined when nothing does.</summary>
    public SqlValue Step(string name) => Type switch
    {
        SqlType.Object when Json.TryGetProperty(name, out var value) => Of(value),
        SqlType.Array when int.TryParse(name, out var index) && index >= 0 && index < Json.GetArrayLength() =>
            Of(Json[index]),
        _ => Undefined,
    };

    /// <summary>Whether both are the same; undefined when one is.</summary>
    public static SqlValue AreEqual(SqlValue left, SqlValue right) =>
        left.Type is SqlType.Undefined || right.Type is SqlType.Undefined ? Undefined : Of(Same(left, right));

    /// <summary>Whether both have one type and the same value.</summary>
    public static bool Same(SqlValue left, SqlValue right) => left.Type == right.Type && left.Type switch
    {
        SqlType.String => left.Text == right.Text,
        SqlType.Array or SqlType.Object => JsonElement.DeepEquals(left.Json, right.Json),
        _ => left._number.Equals(right._number),
    };

    /// <summary>How both compare; null when they do not, which makes an inequality undefined.</summary>
    public static int? Compare(SqlValue left, SqlValue right) =>
        left.Type != right.Type || left.Type is SqlType.Undefined or SqlType.Array or SqlType.Object
            ? null
            : Order(left, right);

    /// <summary>The total order that ORDER BY has: by type, then by value; texts by their code units.</summary>
    public static int Order(SqlValue left, SqlValue right) =>
        left.Type != right.Type ? left.Type.CompareTo(right.Type)
        : left.Type is SqlType.String ? string.CompareOrdinal(left.Text, right.Text)
        : left._number.CompareTo(right._number);

    /// <summary>Writes it as JSON; what is undefined must be left out by the caller.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        switch (Type)
        {
            case SqlType.Null: writer.WriteNullValue(); break;
            case SqlType.Boolean: writer.WriteBooleanValue(IsTrue); break;
            case SqlType.Number: writer.WriteNumberValue(_number); break;
            case SqlType.String: writer.WriteStringValue(Text); break;
            case SqlType.Array or SqlType.Object: Json.WriteTo(writer); break;
            default: throw new InvalidOperationException("Undefined is no JSON.");
        }
    }

    public override string ToString() => Type switch
    {
        SqlType.Undefined => "undefined",
        SqlType.Null => "null",
        SqlType.Boolean => IsTrue ? "true" : "false",
        SqlType.Number => JsonSerializer.Serialize(_number),
        SqlType.String => JsonSerializer.Serialize(Text),
        _ => Json.GetRawText(),
    };
}
