using System.Text.Json;
using Sessions.StandIn.Items;

namespace Sessions.StandIn.Sql;

/// <summary>Says what an expression, its parameters bound, is for an item.</summary>
internal static class Evaluator
{
    private const int MaxArguments = 3;

    /// <summary>Whether a filter lets the item through: only what is true does.</summary>
    public static bool IsTrue(Expression filter, Item item) => Evaluate(filter, item).IsTrue;

    /// <summary>The value.</summary>
    public static SqlValue Evaluate(Expression expression, Item item) => expression switch
    {
        Expression.Literal literal => literal.Value,
        Expression.Path path => item.At(path.Steps),
        Expression.And and => All(and.Terms, item),
        Expression.Or or => Any(or.Terms, item),
        Expression.Not not => Contrary(Evaluate(not.Term, item)),
        Expression.Comparison comparison => Compare(
            comparison.Operator, Evaluate(comparison.Left, item), Evaluate(comparison.Right, item)),
        Expression.In of => IsIn(Evaluate(of.Value, item), of.List, item),
        Expression.Between between => Both(
            Compare(">=", Evaluate(between.Value, item), Evaluate(between.Low, item)),
            Compare("<=", Evaluate(between.Value, item), Evaluate(between.High, item))),
        Expression.Call call => Call(call, item),
        Expression.ArrayOf or Expression.ObjectOf => Made(expression, item),
        _ => throw ServiceException.Query($"{expression.Print()} has no value."),
    };

    /// <summary>Writes the value as JSON; false, and nothing written, when it is undefined.</summary>
    public static bool Write(Utf8JsonWriter writer, Expression expression, Item item, string? name = null)
    {
        switch (expression)
        {
            case Expression.ArrayOf array:
                Name();
                writer.WriteStartArray();
                foreach (var element in array.Items)
                {
                    Write(writer, element, item);
                }

                writer.WriteEndArray();
                return true;
            case Expression.ObjectOf made:
                Name();
                writer.WriteStartObject();
                foreach (var (property, value) in made.Properties)
                {
                    Write(writer, value, item, property);
                }

                writer.WriteEndObject();
                return true;
            case Expression.Path { Steps.Count: 0 }:
                Name();
                writer.WriteRawValue(item.Json, skipInputValidation: true);
                return true;
            default:
                var result = Evaluate(expression, item);
                if (result.Type is SqlType.Undefined)
                {
                    return false;
                }

                Name();
                result.Write(writer);
                return true;
        }

        void Name()
        {
            if (name is not null)
            {
                writer.WritePropertyName(name);
            }
        }
    }

    // AND and OR know three values: https://learn.microsoft.com/cosmos-db/query/logical-operators
    private static SqlValue All(IReadOnlyList<Expression> terms, Item item)
    {
        var all = SqlValue.True;
        for (var index = 0; index < terms.Count; index++)
        {
            var term = Evaluate(terms[index], item);
            if (term.IsFalse)
            {
                return term;
            }

            all = term.IsTrue ? all : SqlValue.Undefined;
        }

        return all;
    }

    private static SqlValue Any(IReadOnlyList<Expression> terms, Item item)
    {
        var any = SqlValue.False;
        for (var index = 0; index < terms.Count; index++)
        {
            var term = Evaluate(terms[index], item);
            if (term.IsTrue)
            {
                return term;
            }

            any = term.IsFalse ? any : SqlValue.Undefined;
        }

        return any;
    }

    private static SqlValue Both(SqlValue one, SqlValue other) =>
        one.IsFalse || other.IsFalse ? SqlValue.False
        : one.IsTrue && other.IsTrue ? SqlValue.True
        : SqlValue.Undefined;

    private static SqlValue Contrary(SqlValue value) =>
        value.Type is SqlType.Boolean ? SqlValue.Of(value.IsFalse) : SqlValue.Undefined;

    private static SqlValue Compare(string sign, SqlValue left, SqlValue right) => sign switch
    {
        "=" => SqlValue.AreEqual(left, right),
        "!=" => Contrary(SqlValue.AreEqual(left, right)),
        _ => SqlValue.Compare(left, right) is { } order ? Inequality(sign, order) : SqlValue.Undefined,
    };

    private static SqlValue Inequality(string sign, int order) => SqlValue.Of(sign switch
    {
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        _ => order >= 0,
    });

    private static SqlValue IsIn(SqlValue value, IReadOnlyList<Expression> list, Item item)
    {
        for (var index = 0; index < list.Count; index++)
        {
            if (SqlValue.AreEqual(value, Evaluate(list[index], item)).IsTrue)
            {
                return SqlValue.True;
            }
        }

        return value.Type is SqlType.Undefined ? SqlValue.Undefined : SqlValue.False;
    }

    private static SqlValue Call(Expression.Call call, Item item)
    {
        if (call.Arguments.Count > MaxArguments)
        {
            throw ServiceException.Query($"{call.Function} takes fewer arguments.");
        }

        var arguments = new SqlValue[call.Arguments.Count];
        for (var index = 0; index < arguments.Length; index++)
        {
            arguments[index] = Evaluate(call.Arguments[index], item);
        }

        return Functions.Call(call.Function, arguments);
    }

    private static SqlValue Made(Expression expression, Item item)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            Write(writer, expression, item);
        }

        return SqlValue.Of(JsonElement.Parse(stream.ToArray()));
    }
}
