using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Sessions.Conversation;

/// <summary>The two spellings of a proto field in JSON, masks and queries.</summary>
internal static class ProtoNames
{
    /// <summary>The lowerCamelCase spelling of either; what is neither stays as it is.</summary>
    public static string Camel(string name)
    {
        if (!name.Contains('_', StringComparison.Ordinal))
        {
            return name;
        }

        var camel = new StringBuilder(name.Length);
        for (var at = 0; at < name.Length; at++)
        {
            if (name[at] != '_')
            {
                camel.Append(name[at]);
            }
            else if (at > 0 && ++at < name.Length && (char.IsAsciiLetterLower(name[at]) || char.IsAsciiDigit(name[at])))
            {
                camel.Append(char.ToUpperInvariant(name[at]));
            }
            else
            {
                return name;
            }
        }

        return camel.ToString();
    }

    /// <summary>The lower_snake_case spelling of a lowerCamelCase name.</summary>
    public static string Snake(string camel) =>
        camel.AsSpan().ContainsAnyInRange('A', 'Z') ? JsonNamingPolicy.SnakeCaseLower.ConvertName(camel) : camel;
}

/// <summary>
/// Whole numbers as proto3 JSON writes them: as JSON writes numbers, also where they stand in a text.
/// </summary>
internal static partial class ProtoNumbers
{
    /// <summary>The number of 32 bits that a text spells; null for anything else.</summary>
    public static int? Read(string text) =>
        text is [>= '1' and <= '9', ..]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var plain) ? plain
        : Form().IsMatch(text) && double.Parse(text, CultureInfo.InvariantCulture) is var number
        && number is >= int.MinValue and <= int.MaxValue && number == Math.Truncate(number)
            ? (int)number
        : null;

    // https://datatracker.ietf.org/doc/html/rfc8259#section-6
    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}

/// <summary>
/// A moment on the wire, as google.protobuf.Timestamp. It is a type of its own, since a context that has a converter
/// for <see cref="DateTimeOffset"/> cannot write by generated code.
/// </summary>
/// <param name="At">The moment, in any offset.</param>
[JsonConverter(typeof(Timestamps))]
public readonly record struct Timestamp(DateTimeOffset At)
{
    /// <summary>The moment on the wire.</summary>
    public static implicit operator Timestamp(DateTimeOffset at) => new(at);

    /// <summary>The moment on the wire.</summary>
    public static Timestamp FromDateTimeOffset(DateTimeOffset at) => new(at);
}

/// <summary>Moments as proto3 JSON writes them: RFC 3339, <c>Z</c>, and 0, 3, 6 or 9 digits of a second.</summary>
internal sealed partial class Timestamps : JsonConverter<Timestamp>
{
    private const int KeptDigits = 7;
    private const int SecondsLength = 19;
    private const int Longest = 33;

    public override Timestamp Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Moments are written only.");

    public override void Write(Utf8JsonWriter writer, Timestamp value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[Longest];
        writer.WriteStringValue(text[..Format(value.At, text)]);
    }

    // The runtime writes its own form, of seven digits, in a tenth of the time that any other takes.
    private static int Format(DateTimeOffset value, Span<char> text)
    {
        value.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        var (length, end) = (value.UtcTicks % TimeSpan.TicksPerSecond) switch
        {
            0 => (SecondsLength, "Z"),
            var ticks when ticks % TimeSpan.TicksPerMillisecond == 0 => (SecondsLength + 4, "Z"),
            var ticks when ticks % TimeSpan.TicksPerMicrosecond == 0 => (SecondsLength + 7, "Z"),
            _ => (SecondsLength + 8, "00Z"),
        };
        end.CopyTo(text[length..]);
        return length + end.Length;
    }

    /// <summary>A moment as RFC 3339 writes it, with up to nine digits of a second; null for anything else.</summary>
    public static DateTimeOffset? Read(string text)
    {
        if (Form().Match(text) is not { Success: true } parts)
        {
            return null;
        }

        // Ours are exact to a tick, of seven digits.
        var digits = parts.Groups["fraction"].Value;
        var kept = digits.Length > KeptDigits ? digits[..KeptDigits] : digits;
        var exact = $"{parts.Groups["seconds"].Value}{(kept.Length > 0 ? $".{kept}" : "")}{parts.Groups["zone"].Value}";
        return DateTimeOffset.TryParse(
            exact, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
                ? moment.ToUniversalTime()
                : null;
    }

    [GeneratedRegex(
        @"^(?<seconds>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<fraction>[0-9]{1,9}))?"
        + @"(?<zone>Z|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}

/// <summary>
/// JSON on the wire, as it was sent. It is a type of its own, since a record with a converter for one of its members
/// cannot be written by generated code.
/// </summary>
/// <param name="Text">The value as JSON spells it.</param>
[JsonConverter(typeof(RawJsonAsIs))]
public readonly record struct RawJson(string Text)
{
    /// <summary>The JSON of a text; null of null.</summary>
    internal static RawJson? Of(string? text) => text is null ? null : new RawJson(text);
}

/// <summary>Writes such JSON.</summary>
internal sealed class RawJsonAsIs : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Such JSON is written only.");

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Text, skipInputValidation: true);
}
