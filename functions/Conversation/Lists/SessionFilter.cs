using System.Text.RegularExpressions;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// A filter (AIP-160), of which we take comparisons joined by AND. docs/conversation.md says which field takes which.
/// </summary>
internal static partial class SessionFilter
{
    private const int MaxLength = 1024;

    /// <summary>What the filter asks for; everything when there is none.</summary>
    /// <exception cref="Http.RefusedException">The filter cannot be read, or asks for more than we take.</exception>
    public static Predicate<Stored<ConversationSession>> Parse(string? filter)
    {
        if (filter is null)
        {
            return _ => true;
        }

        var whole = filter.Length <= MaxLength ? Whole().Match(filter) : Match.Empty;
        if (!whole.Success)
        {
            throw ConversationErrors.Invalid(
                "filter", $"must be comparisons such as sessionType = 1, joined by AND, of {MaxLength} characters.");
        }

        var tests = whole.Groups["one"].Captures.Select(one => Comparison(one.Value)).ToArray();
        return session => Array.TrueForAll(tests, test => test(session));
    }

    private static Predicate<Stored<ConversationSession>> Comparison(string text)
    {
        var parts = One().Match(text);
        var value = parts.Groups["value"].Value;
        return SessionComparisons.Of(
            ProtoNames.Camel(parts.Groups["field"].Value),
            parts.Groups["operator"].Value,
            value.StartsWith('"') ? Escape().Replace(value[1..^1], "$1") : value);
    }

    [GeneratedRegex("""^\s*(?<one>[A-Za-z_]+\s*(<=|>=|!=|=|<|>|:)\s*("([^"\\]|\\.)*"|[^\s"()]+))"""
        + """(\s+AND\s+(?<one>[A-Za-z_]+\s*(<=|>=|!=|=|<|>|:)\s*("([^"\\]|\\.)*"|[^\s"()]+)))*\s*$""",
        RegexOptions.NonBacktracking)]
    private static partial Regex Whole();

    [GeneratedRegex("""^(?<field>[A-Za-z_]+)\s*(?<operator><=|>=|!=|=|<|>|:)\s*(?<value>.*)$""",
        RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex One();

    [GeneratedRegex("""\\(.)""", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Escape();
}
