using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Sessions.Conversation;

/// <summary>Moments as proto3 JSON writes them: RFC 3339, <c>Z</c>, and 0, 3, 6 or 9 digits of a second.</summary>
internal sealed partial class Timestamps : JsonConverter<DateTimeOffset>
{
    private const int KeptDigits = 7;

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Text(value));

    public static string Text(DateTimeOffset value)
    {
        var fraction = (value.UtcTicks % TimeSpan.TicksPerSecond) switch
        {
            0 => "",
            var ticks when ticks % TimeSpan.TicksPerMillisecond == 0 => ".fff",
            var ticks when ticks % TimeSpan.TicksPerMicrosecond == 0 => ".ffffff",
            _ => ".fffffff'00'",
        };
        return value.UtcDateTime.ToString($"yyyy-MM-dd'T'HH:mm:ss{fraction}'Z'", CultureInfo.InvariantCulture);
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
