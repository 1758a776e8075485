using System.Globalization;
using System.Text.Json;

namespace Sessions.Conversation;

/// <summary>What comparisons of a filter ask of a value (AIP-160), by what it is.</summary>
internal static class Comparisons
{
    private const string Anything = "*";

    /// <summary>A text: <c>*</c> at an end of it stands for anything, and <c>:</c> looks within it.</summary>
    public static Predicate<string> Text(Restriction asked)
    {
        var value = asked.Value;
        if (asked.IsPresence)
        {
            return text => text.Length > 0;
        }

        RequirePlain(asked, isEquality: asked.Operator is "=" or "!=");
        return asked.Operator switch
        {
            ":" => text => text.Contains(value, StringComparison.Ordinal),
            "=" => Equal(value),
            "!=" when Equal(value) is var equal => text => !equal(text),
            _ => Order<string>(asked.Operator, text => string.CompareOrdinal(text, value)),
        };
    }

    /// <summary>One of some words or their numbers, which have no order.</summary>
    public static Predicate<T> Word<T>(Restriction asked, Func<string, T?> valueOf, string words)
        where T : struct
    {
        var value = valueOf(asked.Value) ?? throw Refused($"must compare {asked.Field} with {words}.");
        return asked.Operator switch
        {
            "=" => one => one.Equals(value),
            "!=" => one => !one.Equals(value),
            _ => throw Refused($"may ask {asked.Field} by = and != only."),
        };
    }

    /// <summary>A whole number.</summary>
    public static Predicate<int> Number(Restriction asked)
    {
        var value = NumberOf(asked.Value);
        return asked.Operator is ":"
            ? throw Refused($"may not ask {asked.Field} by :; = asks for a number.")
            : Order<int>(asked.Operator, number => number.CompareTo(value));
    }

    /// <summary>A moment; one that is not there fits nothing.</summary>
    public static Predicate<DateTimeOffset?> Moment(Restriction asked)
    {
        if (asked.IsPresence)
        {
            return moment => moment is not null;
        }

        var value = MomentOf(asked);
        var fits = asked.Operator is ":"
            ? throw Refused($"may ask {asked.Field} by :* and not by : otherwise; = asks for a moment.")
            : Order<DateTimeOffset>(asked.Operator, moment => moment.CompareTo(value));
        return moment => moment is { } there && fits(there);
    }

    /// <summary>A list: whether something is in it, or whether there is anything in it.</summary>
    public static Predicate<IReadOnlyList<T>> List<T>(Restriction asked, Func<string, T> valueOf)
    {
        if (asked.Operator is not ":")
        {
            throw Refused($"may ask {asked.Field}, a list, by : only, such as {asked.Field}:{asked.Value}.");
        }

        if (asked.IsPresence)
        {
            return list => list.Count > 0;
        }

        RequirePlain(asked, isEquality: false);
        var value = valueOf(asked.Value);
        return list => list.Contains(value);
    }

    /// <summary>A member of a JSON object by its path; one that is not there fits nothing.</summary>
    public static Predicate<JsonElement> Json(Restriction asked)
    {
        if (asked.IsPresence)
        {
            return _ => true;
        }

        var text = Text(asked);
        var number = asked.Operator is not ":"
            && decimal.TryParse(asked.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                ? Order<decimal>(asked.Operator, one => one.CompareTo(value))
                : null;
        return one => one.ValueKind switch
        {
            JsonValueKind.String => text(one.GetString()!),
            JsonValueKind.Number when asked.Operator is ":" => one.GetRawText() == asked.Value,
            JsonValueKind.Number => number is not null && one.TryGetDecimal(out var held) && number(held),
            JsonValueKind.True or JsonValueKind.False => !asked.IsQuoted
                && text(one.ValueKind is JsonValueKind.True ? "true" : "false"),
            JsonValueKind.Array when asked.Operator is ":" => one.EnumerateArray().Any(item =>
                item.ValueKind is JsonValueKind.String ? item.GetString() == asked.Value
                : item.GetRawText() == asked.Value),
            JsonValueKind.Object when asked.Operator is ":" => one.TryGetProperty(asked.Value, out _),
            _ => false,
        };
    }

    /// <summary>The whole number that is compared with.</summary>
    public static int NumberOf(string value) =>
        ProtoNumbers.Read(value) ?? throw Refused("compares a number with something else.");

    /// <summary>The moment that is compared with.</summary>
    public static DateTimeOffset MomentOf(Restriction asked) => Timestamps.Read(asked.Value)
        ?? throw Refused($"must compare {asked.Field} with a time such as \"2026-11-26T09:00:00Z\" (RFC 3339).");

    /// <summary>The refusal of a filter.</summary>
    public static Http.RefusedException Refused(string rule) => ConversationErrors.Invalid("filter", rule);

    private static Predicate<string> Equal(string value) => (value.StartsWith('*'), value.EndsWith('*')) switch
    {
        _ when value == Anything => _ => true,
        (true, true) => text => text.Contains(value[1..^1], StringComparison.Ordinal),
        (false, true) => text => text.StartsWith(value[..^1], StringComparison.Ordinal),
        (true, false) => text => text.EndsWith(value[1..], StringComparison.Ordinal),
        _ => text => text == value,
    };

    // What looks like a pattern and is none would find nothing, and nobody would learn why.
    private static void RequirePlain(Restriction asked, bool isEquality)
    {
        var plain = isEquality && asked.Value.Length > 1 ? asked.Value[1..^1] : isEquality ? "" : asked.Value;
        if (plain.Contains('*', StringComparison.Ordinal))
        {
            throw Refused(
                $"may have * at an end of a text behind = or !=, or alone as {asked.Field}:*. "
                + $"To look within a text, ask {asked.Field}:text.");
        }
    }

    private static Predicate<T> Order<T>(string compare, Func<T, int> to) => compare switch
    {
        "=" => one => to(one) == 0,
        "!=" => one => to(one) != 0,
        "<" => one => to(one) < 0,
        "<=" => one => to(one) <= 0,
        ">" => one => to(one) > 0,
        _ => one => to(one) >= 0,
    };
}
