using Sessions.Engine;
using Sessions.Storage;
using Test = System.Predicate<Sessions.Engine.State<Sessions.Conversation.SessionEvent>>;

namespace Sessions.Conversation;

/// <summary>What a filter asks of messages (AIP-160). docs/conversation.md says which field takes which.</summary>
internal sealed class MessageFilter
{
    private const string User = "user";
    private const string CreateTime = "createTime";

    private readonly Test? _fits;
    private readonly DateTimeOffset? _from;
    private readonly DateTimeOffset? _until;

    private MessageFilter(Test? fits, IReadOnlyList<Restriction> always)
    {
        _fits = fits;
        foreach (var bound in always.Where(each => each is { Operator: not "!=", IsPresence: false }))
        {
            switch (ProtoNames.Camel(bound.Path[0]))
            {
                case User:
                    Sender = Users.IdOf(bound.Value);
                    break;
                case CreateTime:
                    var moment = Comparisons.MomentOf(bound);
                    _from = bound.Operator is "=" or ">" or ">=" && !(moment < _from) ? moment : _from;
                    _until = bound.Operator is "=" or "<" or "<=" && !(moment > _until) ? moment : _until;
                    break;
            }
        }
    }

    /// <summary>The only one whose messages are asked for; null for everybody's.</summary>
    public string? Sender { get; }

    /// <summary>Reads a filter; null asks for everything.</summary>
    /// <exception cref="Http.RefusedException">It cannot be read, or asks for more than we take.</exception>
    public static MessageFilter Parse(string? filter)
    {
        if (filter is null)
        {
            return new(null, []);
        }

        var parser = new FilterParser<State<SessionEvent>>(filter, Of);
        return new(parser.Parse(), parser.Always);
    }

    /// <summary>Whether a message is asked for.</summary>
    public bool Matches(State<SessionEvent> message) => _fits?.Invoke(message) ?? true;

    /// <summary>Whether nothing from this event on is asked for, since moments never run backwards.</summary>
    public bool EndsBefore(SessionEvent happened, ListOrder order) =>
        order is ListOrder.NewestFirst ? happened.At < _from : happened.At > _until;

    private static Test Of(Restriction asked) => (asked.Path.Count, ProtoNames.Camel(asked.Path[0])) switch
    {
        (1, User) => Of(UserOf(asked), message => message.Body.User!),
        (1, "channel") => Of(Comparisons.Number(asked), message => message.Body.Channel ?? 0),
        (1, "sequence") => Of(Comparisons.Number(asked), EventKind.SequenceOf),
        (1, CreateTime) => Of<DateTimeOffset?>(Comparisons.Moment(asked), message => message.Body.At),
        _ => throw Comparisons.Refused(
            "names a field that is not compared. Those are user, channel, sequence and createTime."),
    };

    private static Test Of<T>(Predicate<T> fits, Func<State<SessionEvent>, T> of) => message => fits(of(message));

    // A name has no pattern in it, so that one sender's messages are a list of their own.
    private static Predicate<string> UserOf(Restriction asked) => asked.Operator switch
    {
        "=" => user => user == Users.IdOf(asked.Value),
        "!=" => user => user != Users.IdOf(asked.Value),
        _ => throw Comparisons.Refused("may ask user by = and != only."),
    };
}
