using Sessions.Http;
using Sessions.Http.Limits;
using Sessions.Http.Pages;
using Sessions.Storage;
using Sessions.Engine;

namespace Sessions.Operator;

/// <summary>Finds and closes sessions of every kind that a surface has told of.</summary>
public sealed class SessionDirectory(
    IDocumentStore store,
    Changes changes,
    LimitSettings limits,
    IEnumerable<ISessionKind> kinds)
{
    private readonly Dictionary<string, ISessionKind> _kinds = kinds.ToDictionary(kind => kind.Name);

    /// <summary>The page of the account's sessions that the cursor names, or the first.</summary>
    /// <exception cref="RefusedException">An unknown kind or cursor.</exception>
    internal async ValueTask<SessionPage> List(Exchange exchange, SessionFilter filter, int size, string? cursor)
    {
        var pages = await exchange.Pages();
        var query = new AcrossQuery(exchange.Account.Id, KindsOf(filter), size + 1)
        {
            After = cursor is null ? null : After(exchange, pages, filter, cursor),
            Open = filter.State is { } state ? state == SessionView.Open : null,
            Status = filter.Status,
            CreatedFrom = filter.CreatedFrom,
            CreatedBefore = filter.CreatedBefore,
            MaxBytes = limits.PageBytes,
        };
        var found = (await store.ListAcross(query, exchange.Aborted)).OrNull()!;
        var page = found.Take(size).ToList();
        var views = new List<SessionView>(page.Count);
        foreach (var document in page)
        {
            views.Add(await View(exchange, document));
        }

        return new(
            [.. views.Where(view => Fits(view, filter))],
            found.Count > size || PageBytes.AreFull(found, query.MaxBytes)
                ? Cursor(exchange, pages, filter, page[^1])
                : null);
    }

    /// <summary>The session of a name.</summary>
    /// <exception cref="RefusedException">The account has none.</exception>
    internal async ValueTask<Document> Find(Exchange exchange, string text)
    {
        var found = SessionName.Parse(text) is { } name
            ? (await store.Read(name.PartitionIn(exchange.Account), name.Id, exchange.Aborted)).OrNull()
            : null;
        return found is not null && _kinds.ContainsKey(found.Kind)
            ? found
            : throw RefusedException.For(RefusalKind.NotFound, "There is no such session.");
    }

    /// <summary>Ends the session as its own API would. One that has ended stays as it is.</summary>
    /// <exception cref="StoreFaultException">The store failed, or others were faster for too long.</exception>
    internal async ValueTask<Document> Close(Exchange exchange, string text)
    {
        var session = await Find(exchange, text);
        await _kinds[session.Kind].Close(changes, await exchange.Command(), session.Partition, session.Id);
        return await Find(exchange, text);
    }

    /// <summary>What the operator sees of a session.</summary>
    internal async ValueTask<SessionView> View(Exchange exchange, Document document)
    {
        var kind = _kinds[document.Kind];
        var life = await kind.LifeOf(document, exchange.Now, exchange.Aborted);
        return SessionView.Of(document, life.Lifetime, kind.Surface, exchange.Account);
    }

    private string[] KindsOf(SessionFilter filter) =>
        filter.Kind is null ? [.. _kinds.Keys]
        : _kinds.ContainsKey(filter.Kind) ? [filter.Kind]
        : throw RefusedException.For(
            RefusalKind.Invalid, $"kind must be one of {string.Join(", ", _kinds.Keys)}.");

    // The store knows what was written; what ran out since then has another status.
    private static bool Fits(SessionView view, SessionFilter filter) =>
        (filter.State ?? view.State) == view.State && (filter.Status ?? view.Status) == view.Status;

    private static string Cursor(Exchange exchange, PageSigner pages, SessionFilter filter, Document last)
    {
        var name = SessionName.Of(last, exchange.Account).ToString();
        var place = new PageCursor(new(last.CreatedAt, name), ListOrder.NewestFirst);
        return pages.Seal(place, $"operator {filter}");
    }

    private static AcrossPosition After(Exchange exchange, PageSigner pages, SessionFilter filter, string cursor)
    {
        var place = pages.Open(cursor, $"operator {filter}")?.Position
            ?? throw RefusedException.For(RefusalKind.Invalid, "This is no cursor of this list. Send next as it was.");
        var name = SessionName.Parse(place.Id)!;
        return new(place.CreatedAt, name.Id, name.PartitionIn(exchange.Account));
    }
}
