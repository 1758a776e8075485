using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Limits;
using Sessions.Http.Pages;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Twilio's list envelope around the common pages.</summary>
public sealed class ProxyLists(IDocumentStore store, ProxySurface surface, LimitSettings limits)
{
    private const int DefaultPageSize = 50;
    private const int MaxPageSize = 100;

    // So much is read for one page of what fits a filter; what comes behind is the next page's.
    private const int MaxSifted = 1000;

    /// <summary>Reads the page that the query asks for.</summary>
    /// <param name="exchange">The exchange; its query holds PageSize, Page and PageToken.</param>
    /// <param name="source">What is listed.</param>
    /// <param name="key">The name of the list in the envelope.</param>
    /// <param name="path">The list's path behind <c>/v1</c>.</param>
    /// <exception cref="RefusedException">20001 for a bad size, page or token.</exception>
    public async ValueTask<(IReadOnlyList<T> Page, ListMeta Meta)> Read<T>(
        Exchange exchange, ListSource<T> source, string key, string path)
    {
        var size = PageSize(exchange.Request.Query);
        var number = PageNumber(exchange.Request.Query);
        var list = $"{source.Partition}/{source.Kind}/{source.Index}{source.Filter?.Query}";
        var pages = await exchange.Pages();
        var cursor = Cursor(exchange, pages, list, number);
        var query = new ListQuery(source.Partition, source.Kind, size)
        {
            Index = source.Index, MaxBytes = limits.PageBytes, ToShow = true,
        };
        var (things, page) = source.Filter is { } filter
            ? await Sift(exchange, source, filter, query, cursor)
            : await Whole(exchange, source, query, cursor);
        var place = new Place(size, number, cursor, page.Previous, page.Next);
        return (things, MetaOf(exchange, pages, list, key, $"{path}?{source.Filter?.Query}", place));
    }

    private async ValueTask<(IReadOnlyList<T> Things, Page Page)> Whole<T>(
        Exchange exchange, ListSource<T> source, ListQuery query, PageCursor? cursor)
    {
        var page = await store.ReadPage(query, cursor, exchange.Aborted);
        return ([.. page.Documents.Select(document => source.Open(document, exchange.Now))], page);
    }

    // A page of a filter may hold fewer than it could, or nothing, and yet have a next one: how much is read for it has
    // a bound, however seldom something fits.
    private async ValueTask<(IReadOnlyList<T> Things, Page Page)> Sift<T>(
        Exchange exchange, ListSource<T> source, ListFilter<T> filter, ListQuery query, PageCursor? cursor)
    {
        var back = cursor?.Order == ListOrder.OldestFirst;
        List<Found<T>> things = [];
        Page? whole = null;
        for (var (limit, read) = (query.Limit, 0); ; limit = MaxSifted - read)
        {
            var page = await store.ReadPage(query with { Limit = limit }, cursor, exchange.Aborted);
            var found = page.Documents
                .Select(document => new Found<T>(document, source.Open(document, exchange.Now)))
                .Where(found => filter.Fits(found.Thing));
            things.InsertRange(back ? 0 : things.Count, found);
            whole = whole is null ? page
                : back ? whole with { Previous = page.Previous }
                : whole with { Next = page.Next };
            read += page.Documents.Count;
            cursor = back ? page.Previous : page.Next;
            if (things.Count >= query.Limit || cursor is null || read >= MaxSifted)
            {
                (things, whole) = Cut(things, whole, query.Limit, back);
                return ([.. things.Select(one => one.Thing)], whole);
            }
        }
    }

    private static (List<Found<T>> Things, Page Page) Cut<T>(List<Found<T>> things, Page page, int size, bool back)
    {
        if (things.Count <= size)
        {
            return (things, page);
        }

        var cut = back ? things[^size..] : things[..size];
        return back
            ? (cut, page with { Previous = new(cut[0].Place, ListOrder.OldestFirst) })
            : (cut, page with { Next = new(cut[^1].Place, ListOrder.NewestFirst) });
    }

    private readonly record struct Found<T>(Document Document, T Thing)
    {
        public ListPosition Place => new(Document.CreatedAt, Document.Id);
    }

    /// <summary>Cuts the page that the query asks for out of a list that is at hand.</summary>
    /// <param name="exchange">The exchange, as for <see cref="Read"/>.</param>
    /// <param name="all">The whole list, newest first.</param>
    /// <param name="idOf">What an item is known by.</param>
    /// <param name="key">The name of the list in the envelope.</param>
    /// <param name="path">The list's path behind <c>/v1</c>.</param>
    /// <exception cref="RefusedException">20001 for a bad size, page or token.</exception>
    public async ValueTask<(IReadOnlyList<T> Page, ListMeta Meta)> Cut<T>(
        Exchange exchange, IReadOnlyList<T> all, Func<T, string> idOf, string key, string path)
    {
        var size = PageSize(exchange.Request.Query);
        var number = PageNumber(exchange.Request.Query);
        var pages = await exchange.Pages();
        var cursor = Cursor(exchange, pages, path, number);
        var beside = cursor is null ? -1 : all.Index().First(item => idOf(item.Item) == cursor.Position.Id).Index;
        var start = cursor?.Order == ListOrder.OldestFirst ? Math.Max(0, beside - size) : beside + 1;
        var end = cursor?.Order == ListOrder.OldestFirst ? beside : Math.Min(all.Count, start + size);
        PageCursor At(int index, ListOrder order) => new(new(exchange.Now, idOf(all[index])), order);
        var place = new Place(
            size,
            number,
            cursor,
            Previous: start > 0 && start < all.Count ? At(start, ListOrder.OldestFirst) : null,
            Next: end < all.Count ? At(end - 1, ListOrder.NewestFirst) : null);
        return (all.Take(start..end).ToList(), MetaOf(exchange, pages, path, key, $"{path}?", place));
    }

    private ListMeta MetaOf(
        Exchange exchange, PageSigner pages, string list, string key, string path, Place place)
    {
        var url = surface.UrlOf(exchange, path);
        string At(int index, PageCursor? to) => $"{url}PageSize={place.Size}&Page={index}"
            + (to is null ? "" : $"&PageToken={pages.Seal(to, list)}");
        return new(
            Key: key,
            Page: place.Number,
            PageSize: place.Size,
            Url: At(place.Number, place.Cursor),
            FirstPageUrl: At(0, null),
            PreviousPageUrl: place.Previous is null ? null : At(Math.Max(0, place.Number - 1), place.Previous),
            NextPageUrl: place.Next is null ? null : At(place.Number + 1, place.Next));
    }

    // An unmodified client asks for more when a limit is all that it was given. It follows next_page_url for the rest.
    private static int PageSize(IQueryCollection query) =>
        query["PageSize"].ToString() is not { Length: > 0 } text ? DefaultPageSize
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size >= 1
            ? (int)Math.Min(size, MaxPageSize)
            : throw ProxyErrors.Invalid($"Invalid PageSize: send a whole number, 1 to {MaxPageSize}.");

    private static int PageNumber(IQueryCollection query) =>
        query["Page"].ToString() is not { Length: > 0 } text ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page < int.MaxValue
            ? page
        : throw ProxyErrors.Invalid("Invalid Page: send a whole number, 0 or more.");

    private static PageCursor? Cursor(Exchange exchange, PageSigner pages, string list, int number) =>
        exchange.Request.Query["PageToken"].ToString() switch
        {
            { Length: > 0 } token => pages.Open(token, list)
                ?? throw ProxyErrors.Invalid("Invalid PageToken: follow next_page_url as it was given."),
            _ when number > 0 => throw ProxyErrors.Invalid("Missing PageToken: follow next_page_url to other pages."),
            _ => null,
        };

    private sealed record Place(int Size, int Number, PageCursor? Cursor, PageCursor? Previous, PageCursor? Next);
}

/// <summary>What a list is of.</summary>
/// <param name="Kind">The kind, as documents carry it.</param>
/// <param name="Partition">Where the things lie.</param>
/// <param name="Open">What is made of a document, as it counts at a moment.</param>
public sealed record ListSource<T>(string Kind, string Partition, Func<Document, DateTimeOffset, T> Open)
{
    /// <summary>What they are narrowed down by; null for all.</summary>
    public string? Index { get; init; }

    /// <summary>What is asked of each beside that, or null.</summary>
    internal ListFilter<T>? Filter { get; init; }
}

/// <summary>Lists of things as they are stored.</summary>
internal static class ListSource
{
    /// <summary>A list of a kind.</summary>
    /// <param name="kind">What the things are.</param>
    /// <param name="partition">Where they lie.</param>
    /// <param name="index">What they are narrowed down by; null for all.</param>
    public static ListSource<State<T>> Of<T>(Kind<T> kind, string partition, string? index = null)
        where T : class =>
        new(kind.Name, partition, (document, now) => kind.Open(document, now)!) { Index = index };
}

/// <summary>What is asked of the things of a list.</summary>
/// <param name="Query">As it stands in the list's addresses, with its final <c>&amp;</c>.</param>
/// <param name="Fits">Whether one is such.</param>
internal sealed record ListFilter<T>(string Query, Func<T, bool> Fits);

/// <summary>Where a page stands in its list.</summary>
/// <param name="Key">The name of the list in the envelope.</param>
/// <param name="Page">The page's number, from 0.</param>
/// <param name="PageSize">How many a page holds.</param>
/// <param name="Url">This page.</param>
/// <param name="FirstPageUrl">The first page.</param>
/// <param name="PreviousPageUrl">The page before, or null.</param>
/// <param name="NextPageUrl">The next page, or null.</param>
public sealed record ListMeta(
    string Key, int Page, int PageSize, string Url, string FirstPageUrl, string? PreviousPageUrl, string? NextPageUrl);
