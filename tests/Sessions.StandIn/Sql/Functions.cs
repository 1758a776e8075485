namespace Sessions.StandIn.Sql;

/// <summary>The system functions that are spoken here.</summary>
internal static class Functions
{
    private static readonly HashSet<string> _known =
    [
        "ARRAY_CONTAINS", "CONTAINS", "COUNT", "IS_ARRAY", "IS_BOOL", "IS_DEFINED", "IS_NULL", "IS_NUMBER",
        "IS_OBJECT", "IS_PRIMITIVE", "IS_STRING", "STARTSWITH",
    ];

    /// <summary>The function's name in capitals.</summary>
    /// <exception cref="ServiceException">The stand-in does not know it.</exception>
    public static string Known(string name) => _known.Contains(name.ToUpperInvariant())
        ? name.ToUpperInvariant()
        : throw ServiceException.Query($"'{name}' is not a function that the stand-in knows.");

    /// <summary>What a function gives.</summary>
    public static SqlValue Call(string function, SqlValue[] arguments) => (function, arguments) switch
    {
        ("IS_DEFINED", [var value]) => SqlValue.Of(value.Type is not SqlType.Undefined),
        ("IS_NULL", [var value]) => SqlValue.Of(value.Type is SqlType.Null),
        ("IS_BOOL", [var value]) => SqlValue.Of(value.Type is SqlType.Boolean),
        ("IS_NUMBER", [var value]) => SqlValue.Of(value.Type is SqlType.Number),
        ("IS_STRING", [var value]) => SqlValue.Of(value.Type is SqlType.String),
        ("IS_ARRAY", [var value]) => SqlValue.Of(value.Type is SqlType.Array),
        ("IS_OBJECT", [var value]) => SqlValue.Of(value.Type is SqlType.Object),
        ("IS_PRIMITIVE", [var value]) => SqlValue.Of(
            value.Type is SqlType.Null or SqlType.Boolean or SqlType.Number or SqlType.String),
        ("STARTSWITH", [var text, var start]) => Texts(text, start, static (all, part) =>
            all.StartsWith(part, StringComparison.Ordinal)),
        ("CONTAINS", [var text, var part]) => Texts(text, part, static (all, some) =>
            all.Contains(some, StringComparison.Ordinal)),
        ("ARRAY_CONTAINS", [var array, var value]) => ArrayContains(array, value),
        _ => throw ServiceException.Query($"{function} does not take {arguments.Length} arguments here."),
    };

    private static SqlValue Texts(SqlValue one, SqlValue other, Func<string, string, bool> compare) =>
        one.Type is SqlType.String && other.Type is SqlType.String
            ? SqlValue.Of(compare(one.Text, other.Text))
            : SqlValue.Undefined;

    private static SqlValue ArrayContains(SqlValue array, SqlValue value)
    {
        if (array.Type is not SqlType.Array || value.Type is SqlType.Undefined)
        {
            return SqlValue.Undefined;
        }

        foreach (var item in array.Json.EnumerateArray())
        {
            if (SqlValue.Same(SqlValue.Of(item), value))
            {
                return SqlValue.True;
            }
        }

        return SqlValue.False;
    }
}
