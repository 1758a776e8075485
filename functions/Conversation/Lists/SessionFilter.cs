using System.Globalization;
using System.Text.RegularExpressions;
using Sessions.Engine;
using Test = System.Predicate<Sessions.Engine.State<Sessions.Conversation.ConversationSession>>;

namespace Sessions.Conversation;

/// <summary>
/// A filter (AIP-160), of which we take comparisons joined by AND. docs/conversation.md says which field takes which.
/// </summary>
internal static partial class SessionFilter
{
    private const int MaxLength = 1024;

    /// <summary>What the filter asks for; everything when there is none.</summary>
    /// <exception cref="Http.RefusedException">The filter cannot be read, or asks for more than we take.</exception>
    public static Test Parse(string? filter)
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

    private static Test Comparison(string text)
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

/// <summary>One comparison of a filter.</summary>
internal static class SessionComparisons
{
    /// <exception cref="Http.RefusedException">The field is not compared, or not in this way.</exception>
    public static Test Of(string field, string compare, string value) => field switch
    {
        "displayName" => Text(compare, value, session => session.Body.Fields.DisplayName),
        "profile" => Text(compare, value, session => session.Body.Fields.Profile),
        "description" => Text(compare, value, session => session.Body.Fields.Description),
        "state" => Text(compare, value, session => session.Lifetime.Status),
        "sessionType" => Number(compare, TypeOf(value), session => session.Body.Fields.SessionType),
        "owners" => Has(compare, session => session.Body.Fields.Owners, value),
        "allowedUsers" => Has(compare, session => session.Body.Fields.AllowedUsers, value),
        "defaultChannels" => Has(compare, session => session.Body.Fields.DefaultChannels, NumberOf(value)),
        "createTime" => Time(compare, value, session => session.Lifetime.CreatedAt),
        "updateTime" => Time(compare, value, session => session.Lifetime.UpdatedAt),
        _ => throw Refused("names a field that is not compared."),
    };

    // AIP-160: a star at an end of the text stands for anything.
    private static Test Text(string compare, string value, Func<State<ConversationSession>, string> of)
    {
        Test same = (value.StartsWith('*'), value.EndsWith('*'), value.Length) switch
        {
            (true, true, > 1) => session => of(session).Contains(value[1..^1], StringComparison.Ordinal),
            (false, true, _) => session => of(session).StartsWith(value[..^1], StringComparison.Ordinal),
            (true, false, _) => session => of(session).EndsWith(value[1..], StringComparison.Ordinal),
            (true, true, _) => _ => true,
            _ => session => of(session) == value,
        };
        return Equality(compare, same);
    }

    private static Test Number(string compare, int value, Func<State<ConversationSession>, int> of) =>
        Equality(compare, session => of(session) == value);

    private static Test Equality(string compare, Test same) => compare switch
    {
        "=" => same,
        "!=" => session => !same(session),
        _ => throw Refused("may compare this field by = and != only."),
    };

    private static Test Has<T>(string compare, Func<State<ConversationSession>, IReadOnlyList<T>> of, T value) =>
        compare == ":" ? session => of(session).Contains(value) : throw Refused("may ask a list by : only.");

    private static Test Time(string compare, string value, Func<State<ConversationSession>, DateTimeOffset> of)
    {
        var moment = MomentOf(value);
        return compare switch
        {
            "=" => session => of(session) == moment,
            "!=" => session => of(session) != moment,
            "<" => session => of(session) < moment,
            "<=" => session => of(session) <= moment,
            ">" => session => of(session) > moment,
            ">=" => session => of(session) >= moment,
            _ => throw Refused("cannot ask a moment by :."),
        };
    }

    private static int TypeOf(string value) => SessionTypes.NumberOf(value) ?? NumberOf(value);

    private static int NumberOf(string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Refused("compares a number with something else.");

    private static DateTimeOffset MomentOf(string value) =>
        value.Contains('T', StringComparison.Ordinal)
        && DateTimeOffset.TryParse(
            value.EndsWith("00Z", StringComparison.Ordinal) && value.Length == 30 ? $"{value[..^3]}Z" : value,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var moment)
            ? moment
            : throw Refused("compares a moment with what is no RFC 3339 time.");

    private static Http.RefusedException Refused(string rule) => ConversationErrors.Invalid("filter", rule);
}
