using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// Lists of sessions (AIP-132, 158, 160). Filters and visibility are looked at document by document, so one call
/// looks at no more than so many: a page may come back short, even empty, with a token for the rest.
/// </summary>
public sealed class SessionLists(IDocumentStore store, SessionDocuments sessions, SessionReader reader)
{
    private const int MaxLookedAt = 1000;

    /// <summary>Reads the page that the query asks for.</summary>
    /// <exception cref="RefusedException">A parameter cannot be used, or the token is of another list.</exception>
    public async ValueTask<SessionPage> Read(Exchange exchange)
    {
        var query = new ProtoQuery(exchange.Request.Query);
        var filter = query.Text("filter");
        var (order, matches) = (SessionOrder.Parse(query.Text("orderBy")), SessionFilter.Parse(filter));
        var partition = SessionDocuments.HeadsOf(exchange.Account);
        var list = $"{partition}/{sessions.Kind.Name}?{order}&{filter}";
        var paging = new ProtoPaging(query, list, await exchange.Pages());
        var (found, last) = await Scan(
            exchange,
            new ListQuery(partition, sessions.Kind.Name, paging.Size) { Order = order, After = paging.After },
            matches);
        var resources = found.Select(session => SessionResource.For(exchange.Caller.Subject, session));
        return new([.. resources], paging.TokenOf(last, order));
    }

    /// <summary>Looks until the page is full, the list ends, or enough was looked at.</summary>
    /// <returns>What was found, and after which document to look on; null at the end.</returns>
    private async ValueTask<(List<Stored<ConversationSession>> Found, ListPosition? Last)> Scan(
        Exchange exchange, ListQuery query, Predicate<Stored<ConversationSession>> matches)
    {
        var found = new List<Stored<ConversationSession>>();
        for (var left = MaxLookedAt; ;)
        {
            var size = Math.Min(left, found.Count == 0 && left == MaxLookedAt ? query.Limit : MaxLookedAt / 2);
            var read = (await store.List(query with { Limit = size + 1 }, exchange.Aborted)).OrNull()!;
            foreach (var head in read.Take(size))
            {
                query = query with { After = new(head.Lifetime.CreatedAt, head.Id) };
                if (await Shown(exchange, head, matches) is { } session)
                {
                    found.Add(session);
                }

                left--;
                if (found.Count == query.Limit || left == 0)
                {
                    return (found, ReferenceEquals(head, read[^1]) ? null : query.After);
                }
            }

            if (read.Count <= size)
            {
                return (found, null);
            }
        }
    }

    private async ValueTask<Stored<ConversationSession>?> Shown(
        Exchange exchange, Document head, Predicate<Stored<ConversationSession>> matches) =>
        reader.Raw(head) is { } raw && Users.IsOpenTo(raw.Body.Fields, exchange.Caller.Subject)
        && await reader.Now(head, exchange.Now, exchange.Aborted) is { } session && matches(session)
            ? session
            : null;
}
