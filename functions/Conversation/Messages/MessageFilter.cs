using System.Globalization;
using System.Text.RegularExpressions;
using Sessions.Engine;
using Sessions.Storage;
using Test = System.Predicate<Sessions.Engine.State<Sessions.Conversation.SessionEvent>>;

namespace Sessions.Conversation;

/// <summary>What a filter asks of messages (AIP-160): comparisons joined by AND.</summary>
internal sealed partial class MessageFilter
{
    private const int MaxLength = 1024;
    private readonly List<Test> _tests = [];
    private DateTimeOffset? _from;
    private DateTimeOffset? _until;

    private MessageFilter()
    {
    }

    /// <summary>The only one whose messages are asked for; null for everybody's.</summary>
    public string? Sender { get; private set; }

    /// <exception cref="Http.RefusedException">The filter cannot be read, or asks for more than we take.</exception>
    public static MessageFilter Parse(string? text)
    {
        var filter = new MessageFilter();
        if (text is null)
        {
            return filter;
        }

        if (text.Length > MaxLength)
        {
            throw Refused($"must have at most {MaxLength} characters.");
        }

        for (var rest = text; ;)
        {
            var one = Comparison().Match(rest);
            if (!one.Success)
            {
                throw Refused("must be comparisons such as channel = 1, joined by AND.");
            }

            var value = one.Groups["value"].Value;
            filter.Add(
                ProtoNames.Camel(one.Groups["field"].Value),
                one.Groups["operator"].Value,
                value.StartsWith('"') ? Escape().Replace(value[1..^1], "$1") : value);
            if (!one.Groups["and"].Success)
            {
                return filter;
            }

            rest = rest[one.Length..];
        }
    }

    /// <summary>Whether a message is asked for.</summary>
    public bool Matches(State<SessionEvent> message) => _tests.TrueForAll(test => test(message));

    /// <summary>Whether nothing from this event on is asked for, since moments never run backwards.</summary>
    public bool EndsBefore(SessionEvent happened, ListOrder order) =>
        order is ListOrder.NewestFirst ? happened.At < _from : happened.At > _until;

    private void Add(string field, string compare, string value)
    {
        switch (field)
        {
            case "user":
                Sender = compare is "=" ? Users.IdOf(value) : Sender;
                _tests.Add(Equality(compare, message => message.Body.User == Users.IdOf(value)));
                break;
            case "channel":
                _tests.Add(Order(compare, NumberOf(value), message => message.Body.Channel ?? 0));
                break;
            case "sequence":
                _tests.Add(Order(compare, NumberOf(value), EventKind.SequenceOf));
                break;
            case "createTime":
                var moment = MomentOf(value);
                _from = compare is "=" or ">" or ">=" && !(moment < _from) ? moment : _from;
                _until = compare is "=" or "<" or "<=" && !(moment > _until) ? moment : _until;
                _tests.Add(Order(compare, moment, message => message.Body.At));
                break;
            default:
                throw Refused("names a field that is not compared: user, channel, sequence and createTime are.");
        }
    }

    private static Test Equality(string compare, Test same) => compare switch
    {
        "=" => same,
        "!=" => message => !same(message),
        _ => throw Refused("may compare user by = and != only."),
    };

    private static Test Order<T>(string compare, T value, Func<State<SessionEvent>, T> of)
        where T : IComparable<T> => compare switch
        {
            "=" => message => of(message).CompareTo(value) == 0,
            "!=" => message => of(message).CompareTo(value) != 0,
            "<" => message => of(message).CompareTo(value) < 0,
            "<=" => message => of(message).CompareTo(value) <= 0,
            ">" => message => of(message).CompareTo(value) > 0,
            _ => message => of(message).CompareTo(value) >= 0,
        };

    private static int NumberOf(string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Refused("compares a number with something else.");

    private static DateTimeOffset MomentOf(string value) =>
        value.Contains('T', StringComparison.Ordinal)
        && DateTimeOffset.TryParse(
            value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw Refused("compares a moment with what is no RFC 3339 time.");

    private static Http.RefusedException Refused(string rule) => ConversationErrors.Invalid("filter", rule);

    [GeneratedRegex("""^\s*(?<field>[A-Za-z_]+)\s*(?<operator><=|>=|!=|=|<|>)\s*(?<value>"([^"\\]|\\.)*"|[^\s"()]+)"""
        + """((?<and>\s+AND\s+)|\s*$)""",
        RegexOptions.NonBacktracking)]
    private static partial Regex Comparison();

    [GeneratedRegex("""\\(.)""", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Escape();
}
