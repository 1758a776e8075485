using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>A page by its number, as this API has them.</summary>
/// <param name="Page">From 1.</param>
/// <param name="Limit">How many a page holds, 1 to 100.</param>
internal sealed record PageRequest(int Page, int Limit)
{
    private const int DefaultLimit = 10;
    private const int MaxLimit = 100;

    /// <summary>How far into a list a page may reach: what lies before it must be looked over.</summary>
    private const int Reach = 10_000;

    /// <summary>How far for somebody of whom nothing is known, and whom nothing stops from asking again.</summary>
    private const int ReachOfAnybody = 1000;

    /// <summary>The page that a request asks for.</summary>
    public static PageRequest Read(Exchange exchange)
    {
        var query = exchange.Request.Query;
        var reach = exchange.Caller.IsNobody() ? ReachOfAnybody : Reach;
        List<FieldError> errors = [];
        var limit = Math.Min(Number(query, "limit", DefaultLimit, errors), MaxLimit);
        var page = Number(query, "page", 1, errors);
        if (errors.Count == 0 && (long)page * limit > reach)
        {
            errors.Add(new("page", "validation_range", exchange.Caller.IsNobody()
                ? $"Without credentials pages reach {reach} entries far. Send a token to see more."
                : $"Pages reach {reach} entries far."));
        }

        return errors.Count == 0 ? new(page, limit) : throw LiveStreamErrors.Invalid(errors);
    }

    private static int Number(IQueryCollection query, string name, int otherwise, List<FieldError> errors)
    {
        if (query[name].ToString() is not { Length: > 0 } text)
        {
            return otherwise;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1)
        {
            return number;
        }

        errors.Add(new(name, "validation_range", "Send a whole number, 1 or more."));
        return otherwise;
    }
}

/// <summary>A page, and how many there are on all pages.</summary>
internal sealed record PageOf<T>(IReadOnlyList<T> Items, long Total);

/// <summary>Reads lists by page number over a store that reads on from a place.</summary>
internal static class NumberedPages
{
    /// <summary>
    /// Reads a page, newest first: its entries alone. What lies before it is passed over by the store, and all of it is
    /// counted unless the list ends with the page.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="exchange">Whose account is looked at, and at which moment.</param>
    /// <param name="kind">What is listed.</param>
    /// <param name="page">Which page.</param>
    /// <param name="index">What the list is narrowed down by; null for all.</param>
    /// <param name="open">Opens what was found; null where the kind does.</param>
    public static async ValueTask<PageOf<State<T>>> ReadPage<T>(
        this IDocumentStore store,
        Exchange exchange,
        Kind<T> kind,
        PageRequest page,
        string? index = null,
        Func<Document, State<T>?>? open = null)
        where T : class
    {
        var query = QueryOf(exchange, kind, page) with { Index = index };
        var (found, total) = await Read(
            store, exchange, page, query, static (store, query, stop) => store.List(query, stop));
        open ??= document => kind.Open(document, exchange.Now);
        return new([.. found.Select(document => open(document)!)], total);
    }

    /// <summary>Reads the names of a page's entries, for whoever needs nothing else of them.</summary>
    /// <inheritdoc cref="ReadPage"/>
    public static ValueTask<PageOf<DocumentName>> ReadNames<T>(
        this IDocumentStore store, Exchange exchange, Kind<T> kind, PageRequest page)
        where T : class =>
        Read(
            store, exchange, page, QueryOf(exchange, kind, page),
            static (store, query, stop) => store.ListNames(query, stop));

    private static ListQuery QueryOf<T>(Exchange exchange, Kind<T> kind, PageRequest page)
        where T : class =>
        new(Ids.Partition(exchange.Account), kind.Name, page.Limit) { ToShow = true };

    private static async ValueTask<PageOf<T>> Read<T>(
        IDocumentStore store,
        Exchange exchange,
        PageRequest page,
        ListQuery all,
        Func<IDocumentStore, ListQuery, CancellationToken, ValueTask<ReadResult<IReadOnlyList<T>>>> read)
    {
        var skip = (page.Page - 1) * page.Limit;
        if (skip > 0)
        {
            if (exchange.Caller.IsNobody())
            {
                // Nothing stops such a caller from asking all the time, and users of the account come first.
                store = store.For(StoreWork.OfAnybody);
                await store.GiveWay([], exchange.Aborted);
            }

            all = all with { After = await PlaceBehind(store, exchange, all, skip) };
            if (all.After is null)
            {
                return new([], await Count(store, exchange, all, 0));
            }
        }

        var found = (await read(store, all, exchange.Aborted)).OrNull()!;
        return new(
            found,
            found.Count < page.Limit && (found.Count > 0 || skip == 0)
                ? skip + found.Count
                : await Count(store, exchange, all, skip + found.Count));
    }

    // Behind the last of so many; null when there are not so many. A call passes over a thousand.
    private static async ValueTask<ListPosition?> PlaceBehind(
        IDocumentStore store, Exchange exchange, ListQuery list, int count)
    {
        const int AtATime = 1000;
        ListPosition? place = null;
        for (var left = count; left > 0; left -= AtATime)
        {
            var query = list with { After = place, Skip = Math.Min(AtATime, left) - 1, Limit = 1 };
            if ((await store.ListNames(query, exchange.Aborted)).OrNull()! is not [var last])
            {
                return null;
            }

            place = new(last.CreatedAt, last.Id);
        }

        return place;
    }

    private static async ValueTask<long> Count(IDocumentStore store, Exchange exchange, ListQuery list, int seen)
    {
        var query = new CountQuery(list.Partition, list.Kind) { Index = list.Index };
        return Math.Max((await store.Count(query, exchange.Aborted)).OrNull()!.Value, seen);
    }
}
