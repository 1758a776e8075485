using Microsoft.AspNetCore.Http;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.Limits;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Operator;

/// <summary>Finds and closes sessions of every kind that a surface has told of.</summary>
public sealed class SessionDirectory(
    IDocumentStore store,
    Changes changes,
    LimitSettings limits,
    Credentials credentials,
    TermKeys keys,
    IEnumerable<ISessionKind> kinds)
{
    private const int MostFound = 100;
    private const int TermsAtOnce = 100;

    private readonly Dictionary<string, ISessionKind> _kinds = kinds.ToDictionary(kind => kind.Name);

    /// <summary>The page of the account's sessions that the cursor names, or the first.</summary>
    /// <exception cref="RefusedException">An unknown kind or cursor.</exception>
    internal async ValueTask<SessionPage> List(Exchange exchange, SessionFilter filter, int size, string? cursor)
    {
        var pages = await exchange.Pages();
        var query = new AcrossQuery(exchange.Account.Id, KindsOf(filter), size + 1)
        {
            After = cursor is null ? null : Places.Open(exchange, pages, $"operator {filter}", cursor),
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
                ? Places.Seal(exchange, pages, $"operator {filter}", AcrossPosition.Of(page[^1]))
                : null);
    }

    /// <summary>The session of a name.</summary>
    /// <exception cref="RefusedException">The account has none.</exception>
    internal async ValueTask<Document> Find(Exchange exchange, string text)
    {
        var found = SessionName.Parse(text) is { } name
            ? (await store.Read(name.PartitionIn(exchange.Account), name.Id, exchange.Aborted)).OrNull()
            : ShortId.IsOne(text) && await Having(exchange, [text], allAccounts: false) is [var named, ..] ? named
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
        return SessionView.Of(document, life.Lifetime, kind.Surface);
    }

    /// <summary>Who takes part or took part in a session.</summary>
    internal ValueTask<IReadOnlyList<SessionParty>> Parties(Exchange exchange, Document document) =>
        _kinds[document.Kind].PartiesOf(document, exchange.Now, exchange.Aborted);

    /// <summary>The short id of the session that a text names, whether it is there or not.</summary>
    internal async ValueTask<string> TermOf(Exchange exchange, string text) =>
        ShortId.IsOne(text) ? text
        : await Find(exchange, text) is var session ? ShortId.Of(session.Kind, session.Id)
        : text;

    /// <summary>
    /// The newest sessions that a text leads to: by an id that any API shows, an id of this one, a name or a number.
    /// </summary>
    internal async ValueTask<SessionsFound> Search(Exchange exchange, string text, bool allAccounts)
    {
        var accounts = allAccounts ? credentials.Accounts : [exchange.Account];
        List<string> terms = [text, .. _kinds.Keys.Select(kind => ShortId.Of(kind, text))];
        terms.AddRange(_kinds.Keys.Select(kind => ShortId.OfBefore(kind, text)).Except(terms));
        terms.AddRange(accounts.Select(account => keys.OfName(account.Id, text)));
        terms.AddRange(accounts.Select(account => keys.OfNumber(account.Id, text)).OfType<string>());
        List<Document> found = [];
        if (SessionName.Parse(text) is { } name
            && (await store.Read(name.PartitionIn(exchange.Account), name.Id, exchange.Aborted)).OrNull() is { } named
            && _kinds.ContainsKey(named.Kind))
        {
            found.Add(named);
        }

        foreach (var some in terms.Where(term => term.All(char.IsAsciiLetterOrDigit)).Chunk(TermsAtOnce))
        {
            found.AddRange(await Having(exchange, some, allAccounts));
        }

        List<SessionView> views = [];
        foreach (var document in found
            .DistinctBy(document => (document.Partition, document.Id))
            .OrderByDescending(document => document.CreatedAt)
            .Take(MostFound))
        {
            var view = await View(exchange, document);
            views.Add(allAccounts ? view with { Account = document.Account } : view);
        }

        return new(views);
    }

    private async ValueTask<IReadOnlyList<Document>> Having(
        Exchange exchange, IReadOnlyCollection<string> terms, bool allAccounts)
    {
        var query = new AcrossQuery(exchange.Account.Id, _kinds.Keys, MostFound)
        {
            Terms = terms, AllAccounts = allAccounts, MaxBytes = limits.PageBytes,
        };
        return (await store.ListAcross(query, exchange.Aborted)).OrNull()!;
    }

    private string[] KindsOf(SessionFilter filter)
    {
        if (filter.Kind is { } name && !_kinds.ContainsKey(name))
        {
            throw OperatorQuery.Invalid($"kind must be one of {string.Join(", ", _kinds.Keys)}.");
        }

        var surfaces = _kinds.Values.Select(kind => kind.Surface).Distinct().ToList();
        if (filter.Surface is { } surface && !surfaces.Contains(surface))
        {
            throw OperatorQuery.Invalid($"surface must be one of {string.Join(", ", surfaces)}.");
        }

        return
        [
            .. from kind in _kinds.Values
               where (filter.Kind ?? kind.Name) == kind.Name && (filter.Surface ?? kind.Surface) == kind.Surface
               select kind.Name,
        ];
    }

    // The store knows what was written; what ran out since then has another status.
    private static bool Fits(SessionView view, SessionFilter filter) =>
        (filter.State ?? view.State) == view.State && (filter.Status ?? view.Status) == view.Status;
}

/// <summary>Which sessions to list, as the query says.</summary>
internal sealed record SessionFilter(
    string? Surface,
    string? Kind,
    string? State,
    string? Status,
    DateTimeOffset? CreatedFrom,
    DateTimeOffset? CreatedBefore)
{
    /// <summary>The query parameters of the list.</summary>
    public static string[] Parameters { get; } =
        ["surface", "kind", "state", "status", "createdFrom", "createdBefore", "pageSize", "cursor"];

    /// <exception cref="RefusedException">A value cannot be used.</exception>
    public static SessionFilter Read(IQueryCollection query) => new(
        OperatorQuery.One(query, "surface"),
        OperatorQuery.One(query, "kind"),
        OperatorQuery.Word(query, "state", SessionView.Open, SessionView.Closed),
        OperatorQuery.One(query, "status"),
        OperatorQuery.Moment(query, "createdFrom"),
        OperatorQuery.Moment(query, "createdBefore"));
}
