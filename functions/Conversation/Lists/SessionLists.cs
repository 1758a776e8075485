using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Limits;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// Lists of sessions (AIP-132, 158, 160). Filters and visibility are looked at document by document, so one call
/// looks at no more than so many: a page may come back short, even empty, with a token for the rest.
/// </summary>
public sealed class SessionLists(
    Reader reader, SessionReader sessions, ConversationSessionKind kind, LimitSettings limits)
{
    private const int MaxLookedAt = 1000;

    // What does not match is read as well: how many pages' bytes a call reads at most.
    private const int MaxPagesRead = 4;

    /// <summary>Reads the page that the query asks for.</summary>
    /// <exception cref="RefusedException">A parameter cannot be used, or the token is of another list.</exception>
    public async ValueTask<SessionPage> Read(Exchange exchange)
    {
        var query = new ProtoQuery(exchange.Request.Query);
        var filter = query.Text("filter");
        var (order, wanted) = (SessionOrder.Parse(query.Text("orderBy")), SessionFilter.Parse(filter));
        var partition = ConversationSessionKind.HeadsOf(exchange.Account.Id);
        var list = $"{partition}/{kind.Name}?{order}&{filter}";
        var paging = new ProtoPaging(query, list, await exchange.Pages());
        var (found, last) = await Scan(
            exchange,
            new ListQuery(partition, kind.Name, paging.Size)
            {
                Order = order, After = paging.After ?? StartOf(wanted, order),
            },
            wanted);
        var resources = found.Select(session => SessionResource.For(exchange.Caller.Subject, session));
        return new([.. resources], paging.TokenOf(last, order));
    }

    /// <summary>Looks until the page is full, the list ends, or enough was looked at.</summary>
    /// <returns>What was found, and after which document to look on; null at the end.</returns>
    private async ValueTask<(List<State<ConversationSession>> Found, ListPosition? Last)> Scan(
        Exchange exchange, ListQuery query, SessionFilter wanted)
    {
        var found = new List<State<ConversationSession>>();
        long foundBytes = 0, readBytes = 0;
        query = query with { MaxBytes = limits.PageBytes };
        for (var left = MaxLookedAt; ;)
        {
            var size = Math.Min(left, found.Count == 0 && left == MaxLookedAt ? query.Limit : MaxLookedAt / 2);
            var read = await reader.List(
                kind, query with { Limit = size + 1 }, exchange.Now, exchange.Aborted);
            var mayHaveMore = read.Count > size || PageBytes.AreFull(read.Select(head => head.Origin!), query.MaxBytes);
            foreach (var head in read.Take(size))
            {
                if (IsBeyond(head, wanted, query.Order))
                {
                    return (found, null);
                }

                query = query with { After = new(head.CreatedAt, head.Id) };
                readBytes += head.Origin!.Body.Length;
                if (await Shown(exchange, head, wanted) is { } session)
                {
                    found.Add(session);
                    foundBytes += head.Origin.Body.Length;
                }

                left--;
                if (found.Count == query.Limit || left == 0 || foundBytes >= limits.PageBytes
                    || readBytes >= (long)limits.PageBytes * MaxPagesRead)
                {
                    return (found, ReferenceEquals(head, read[^1]) && !mayHaveMore ? null : query.After);
                }
            }

            if (!mayHaveMore)
            {
                return (found, null);
            }
        }
    }

    private async ValueTask<State<ConversationSession>?> Shown(
        Exchange exchange, State<ConversationSession> head, SessionFilter wanted) =>
        Users.IsOpenTo(head.Body.Fields, exchange.Caller.Subject)
        && await sessions.Now(head, exchange.Now, exchange.Aborted) is { } session && wanted.Matches(session)
            ? session
            : null;

    // A filter for a span of creation times looks at that span alone.
    private static ListPosition? StartOf(SessionFilter wanted, ListOrder order) => (order, wanted) switch
    {
        (ListOrder.OldestFirst, { From: { } from }) => new(from, ""),
        (ListOrder.NewestFirst, { Until: { } until }) when until < DateTimeOffset.MaxValue =>
            new(until.AddTicks(1), ""),
        _ => null,
    };

    private static bool IsBeyond(State<ConversationSession> head, SessionFilter wanted, ListOrder order) =>
        order is ListOrder.OldestFirst ? head.CreatedAt > wanted.Until : head.CreatedAt < wanted.From;
}

/// <summary>
/// orderBy (AIP-132). Sessions come in the order of their creation or its reverse: the orders in which page N costs
/// what page 1 costs.
/// </summary>
internal static class SessionOrder
{
    /// <exception cref="Http.RefusedException">Another order is asked for.</exception>
    public static ListOrder Parse(string? orderBy)
    {
        var words = orderBy?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words switch
        {
            [] => ListOrder.NewestFirst,
            [var field] when IsCreateTime(field) => ListOrder.OldestFirst,
            [var field, "asc"] when IsCreateTime(field) => ListOrder.OldestFirst,
            [var field, "desc"] when IsCreateTime(field) => ListOrder.NewestFirst,
            _ => throw ConversationErrors.Invalid("orderBy", "must be createTime or \"createTime desc\"."),
        };
    }

    private static bool IsCreateTime(string field) => ProtoNames.Camel(field) == "createTime";
}
