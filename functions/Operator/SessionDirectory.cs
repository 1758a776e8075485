using Sessions.Http;
using Sessions.Http.Pages;
using Sessions.Storage;

namespace Sessions.Operator;

/// <summary>Finds and closes sessions of every kind that a surface has told of.</summary>
public sealed class SessionDirectory(IDocumentStore store, IEnumerable<ISessionKindInfo> kinds)
{
    private const int Attempts = 12;
    private readonly Dictionary<string, ISessionKindInfo> _kinds = kinds.ToDictionary(info => info.Kind);

    /// <summary>The page of the account's sessions that the cursor names, or the first.</summary>
    /// <exception cref="RefusedException">An unknown kind or cursor.</exception>
    internal async ValueTask<SessionPage> List(Call call, SessionFilter filter, int size, string? cursor)
    {
        var query = new AcrossQuery(SessionName.PrefixOf(call.Account), KindsOf(filter), size + 1)
        {
            After = cursor is null ? null : After(call, filter, cursor),
            Open = filter.State is { } state ? state == SessionView.Open : null,
            Status = filter.Status,
            CreatedFrom = filter.CreatedFrom,
            CreatedBefore = filter.CreatedBefore,
        };
        var found = (await store.ListAcross(query, call.Aborted)).OrNull()!;
        var page = found.Take(size).ToList();
        var views = new List<SessionView>(page.Count);
        foreach (var document in page)
        {
            views.Add(await View(call, document));
        }

        return new(
            [.. views.Where(view => Fits(view, filter))],
            found.Count > size ? Cursor(call, filter, page[^1]) : null);
    }

    /// <summary>The session of a name.</summary>
    /// <exception cref="RefusedException">The account has none.</exception>
    internal async ValueTask<Document> Find(Call call, string text)
    {
        var found = SessionName.Parse(text) is { } name
            ? (await store.Read(name.PartitionIn(call.Account), name.Id, call.Aborted)).OrNull()
            : null;
        return found is not null && _kinds.ContainsKey(found.Kind)
            ? found
            : throw RefusedException.For(RefusalKind.NotFound, "There is no such session.");
    }

    /// <summary>Ends the session as its own API would. One that has ended stays as it is.</summary>
    /// <exception cref="StoreFaultException">Every attempt met another writer.</exception>
    internal async ValueTask<Document> Close(Call call, string text)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var session = await Find(call, text);
            call.Request.RequireMatch(session.ETag);
            var writes = await _kinds[session.Kind].Close(session, call.Now, call.Aborted);
            if (writes.Count == 0)
            {
                return session;
            }

            var commit = (await store.Commit(session.Partition, writes, call.Aborted)).OrFault();
            if (commit.Outcome is StoreOutcome.Done)
            {
                return await Find(call, text);
            }
        }

        throw new StoreFaultException(StoreOutcome.PreconditionFailed);
    }

    /// <summary>What the operator sees of a session.</summary>
    internal async ValueTask<SessionView> View(Call call, Document document)
    {
        var info = _kinds[document.Kind];
        var lifetime = await info.At(document, call.Now, call.Aborted);
        return SessionView.Of(document, lifetime, info.Surface, call.Account);
    }

    private string[] KindsOf(SessionFilter filter) =>
        filter.Kind is null ? [.. _kinds.Keys]
        : _kinds.ContainsKey(filter.Kind) ? [filter.Kind]
        : throw RefusedException.For(RefusalKind.Invalid, $"kind must be one of {string.Join(", ", _kinds.Keys)}.");

    // The store knows what was written; what ran out since then has another status.
    private static bool Fits(SessionView view, SessionFilter filter) =>
        (filter.State ?? view.State) == view.State && (filter.Status ?? view.Status) == view.Status;

    private static string Cursor(Call call, SessionFilter filter, Document last)
    {
        var name = SessionName.Of(last, call.Account).ToString();
        var place = new PageCursor(new(last.Lifetime.CreatedAt, name), ListOrder.NewestFirst);
        return PageTokens.Seal(place, $"operator {filter}", call.Account.SigningKey);
    }

    private static AcrossPosition After(Call call, SessionFilter filter, string cursor)
    {
        var place = PageTokens.Open(cursor, $"operator {filter}", call.Account.SigningKey)?.Position
            ?? throw RefusedException.For(RefusalKind.Invalid, "This is no cursor of this list. Send next as it was.");
        var name = SessionName.Parse(place.Id)!;
        return new(place.CreatedAt, name.Id, name.PartitionIn(call.Account));
    }
}
