using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Limits;
using Sessions.Storage;
using Test = System.Predicate<Sessions.Engine.State<Sessions.Conversation.SessionEvent>>;

namespace Sessions.Conversation;

/// <summary>
/// The messages of a session by pages. Events lie in the order of their numbers, so a page is a range of them; by
/// sender they are listed, too. What else a filter asks for is looked at one by one, so one call looks at no more than
/// so many: a page may come back short, even empty, with a token for the rest.
/// </summary>
public sealed class MessageHistory(Reader reader, SessionReader sessions, LimitSettings limits)
{
    private const int MaxLookedAt = 1000;

    // Some may have come and gone between the messages, which should not cost a second call.
    private const int Others = 10;

    // What does not match is read as well: how many pages' bytes a call reads at most.
    private const int MaxPagesRead = 4;

    /// <summary>Reads the page that the query asks for.</summary>
    /// <exception cref="RefusedException">A parameter cannot be used, or the token is of another list.</exception>
    public async ValueTask<MessagePage> Read(Exchange exchange)
    {
        var query = new ProtoQuery(exchange.Request.Query);
        var text = query.Text("filter");
        var (order, filter) = (MessageOrder.Parse(query.Text("orderBy")), MessageFilter.Parse(text));
        var session = await sessions.FindRecent(exchange);
        var partition = ConversationSessionKind.PartitionOf(session);
        var list = $"{partition}/{EventKind.One.Name}?{order}&{text}";
        var paging = new ProtoPaging(query, list, await exchange.Pages());
        var (found, last) = await Scan(
            exchange,
            new ListQuery(partition, EventKind.One.Name, paging.Size)
            {
                Order = order,
                After = paging.After,
                Index = session.Body.ListsSenders is true && filter.Sender is { } user
                    ? EventKind.SenderOf(user)
                    : null,
                MaxBytes = limits.PageBytes,
            },
            filter);
        return new([.. found.Select(one => StreamItem.Of(session.Id, one))], paging.TokenOf(last, order));
    }

    /// <summary>Looks until the page is full, the list ends, or enough was looked at.</summary>
    /// <returns>What was found, and after which event to look on; null at the end.</returns>
    private async ValueTask<(List<State<SessionEvent>> Found, ListPosition? Last)> Scan(
        Exchange exchange, ListQuery query, MessageFilter filter)
    {
        var found = new List<State<SessionEvent>>();
        long foundBytes = 0, readBytes = 0;
        for (var left = MaxLookedAt; ;)
        {
            var size = left == MaxLookedAt ? Math.Min(query.Limit + Others, left) : Math.Min(left, MaxLookedAt / 2);
            var read = await reader.List(
                EventKind.One, query with { Limit = size }, exchange.Now, exchange.Aborted);
            var mayHaveMore = read.Count == size || PageBytes.AreFull(read.Select(one => one.Origin!), query.MaxBytes);
            foreach (var one in read)
            {
                if (filter.EndsBefore(one.Body, query.Order))
                {
                    return (found, null);
                }

                query = query with { After = new(one.CreatedAt, one.Id) };
                readBytes += one.Origin!.Body.Length;
                if (one.Body.Type == EventTypes.Message && filter.Matches(one))
                {
                    found.Add(one);
                    foundBytes += one.Origin.Body.Length;
                }

                left--;
                if (found.Count == query.Limit || left == 0 || foundBytes >= limits.PageBytes
                    || readBytes >= (long)limits.PageBytes * MaxPagesRead)
                {
                    return (found, ReferenceEquals(one, read[^1]) && !mayHaveMore ? null : query.After);
                }
            }

            if (!mayHaveMore)
            {
                return (found, null);
            }
        }
    }
}

/// <summary>A page of messages.</summary>
/// <param name="Messages">The messages, as the stream shows them.</param>
/// <param name="NextPageToken">What asks for the next page; empty on the last (AIP-158).</param>
public sealed record MessagePage(IReadOnlyList<StreamItem> Messages, string NextPageToken);

/// <summary>orderBy (AIP-132): messages come in their sequence or its reverse.</summary>
internal static class MessageOrder
{
    /// <exception cref="RefusedException">Another order is asked for.</exception>
    public static ListOrder Parse(string? orderBy) =>
        (orderBy?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? []) switch
        {
            [] or ["sequence"] or ["sequence", "asc"] => ListOrder.OldestFirst,
            ["sequence", "desc"] => ListOrder.NewestFirst,
            _ => throw ConversationErrors.Invalid("orderBy", "must be sequence or \"sequence desc\"."),
        };
}

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
