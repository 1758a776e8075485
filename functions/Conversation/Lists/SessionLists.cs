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

    // What is put in another order than the store's is read as a whole, so there is a most: 10,000 sessions, or fewer
    // large ones.
    private const int MaxSortedReads = 10;

    /// <summary>Reads the page that the query asks for.</summary>
    /// <exception cref="RefusedException">A parameter cannot be used, or the token is of another list.</exception>
    public async ValueTask<SessionPage> Read(Exchange exchange)
    {
        var (checks, query) = (new FieldChecks(), new ProtoQuery(exchange.Request.Query));
        var filter = query.Text("filter");
        var order = checks.Read(() => SessionOrder.Parse(query.Text("orderBy")), null)!;
        var wanted = checks.Read(() => SessionFilter.Parse(filter), null)!;
        checks.End();
        var partition = ConversationSessionKind.HeadsOf(exchange.Account.Id);
        var paging = new ProtoPaging(query, $"{partition}/{kind.Name}?{order}&{filter}", await exchange.Pages());
        if (order.OfStore is not { } own)
        {
            var page = await Sort(exchange, partition, wanted, new(
                order, SessionOrder.Place.From(paging.After), paging.Size, limits.PageBytes));
            return Show(exchange, page.Sessions, paging.TokenOf(page.Last?.ToPosition(), default), page.Total);
        }

        var (found, last) = await Scan(
            exchange,
            new ListQuery(partition, kind.Name, paging.Size)
            {
                Order = own, After = paging.After ?? StartOf(wanted, own), ToShow = true,
            },
            wanted);
        int? total = paging.After is null && last is null ? found.Count : null;
        return Show(exchange, found, paging.TokenOf(last, own), total);
    }

    private static SessionPage Show(
        Exchange exchange, IReadOnlyList<State<ConversationSession>> found, string next, int? total) => new(
        [.. found.Select(session => SessionResource.For(exchange.Caller.Subject, session))], next, total);

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
                    return (found, ReferenceEquals(head, read[^1]) && !mayHaveMore ? null : PlaceOf(head));
                }
            }

            if (!mayHaveMore)
            {
                return (found, null);
            }

            query = query with { After = PlaceOf(read[Math.Min(size, read.Count) - 1]) };
        }
    }

    private static ListPosition PlaceOf(State<ConversationSession> head) => new(head.CreatedAt, head.Id);

    private async ValueTask<SortedPage> Sort(
        Exchange exchange, string partition, SessionFilter wanted, SortedPage page)
    {
        var query = new ListQuery(partition, kind.Name, MaxLookedAt)
        {
            Order = ListOrder.OldestFirst,
            After = StartOf(wanted, ListOrder.OldestFirst),
            MaxBytes = limits.PageBytes,
            ToShow = true,
        };
        for (var reads = 0; ; reads++)
        {
            var isTooMuch = reads == MaxSortedReads;
            var read = await reader.List(
                kind, isTooMuch ? query with { Limit = 1 } : query, exchange.Now, exchange.Aborted);
            if (isTooMuch && read is [var next] && !IsBeyond(next, wanted, query.Order))
            {
                throw ConversationErrors.Invalid(
                    "orderBy",
                    $"puts at most {MaxSortedReads * MaxLookedAt} sessions in order, fewer when they are large, and "
                    + "there are more. Narrow them by createTime in the filter, or order them by createTime.");
            }

            foreach (var head in read)
            {
                if (IsBeyond(head, wanted, query.Order))
                {
                    return page;
                }

                if (await Shown(exchange, head, wanted) is { } session)
                {
                    page.Add(session);
                }
            }

            if (read.Count < MaxLookedAt && !PageBytes.AreFull(read.Select(head => head.Origin!), query.MaxBytes))
            {
                return page;
            }

            query = query with { After = new(read[^1].CreatedAt, read[^1].Id) };
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
