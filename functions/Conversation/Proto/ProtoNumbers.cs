using System.Globalization;
using System.Text.RegularExpressions;

namespace Sessions.Conversation;

/// <summary>
/// Whole numbers as proto3 JSON writes them: as JSON writes numbers, also where they stand in a text.
/// </summary>
internal static partial class ProtoNumbers
{
    /// <summary>The number of 32 bits that a text spells; null for anything else.</summary>
    public static int? Read(string text) =>
        Form().IsMatch(text) && double.Parse(text, CultureInfo.InvariantCulture) is var number
        && number is >= int.MinValue and <= int.MaxValue && number == Math.Truncate(number)
            ? (int)number
            : null;

    // https://datatracker.ietf.org/doc/html/rfc8259#section-6
    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
