using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Http.Pages;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Twilio's list envelope around the common pages.</summary>
public sealed class ProxyLists(IDocumentStore store, ProxySurface surface)
{
    private const int DefaultPageSize = 50;
    private const int MaxPageSize = 1000;

    /// <summary>Reads the page that the query asks for.</summary>
    /// <param name="call">The call; its query holds PageSize, Page and PageToken.</param>
    /// <param name="partition">Where the documents are.</param>
    /// <param name="kind">What they are.</param>
    /// <param name="key">The name of the list in the envelope.</param>
    /// <param name="path">The list's path behind <c>/v1</c>.</param>
    /// <exception cref="RefusedException">20001 for a bad size, page or token.</exception>
    public async ValueTask<(Page Page, ListMeta Meta)> Read(
        Call call, string partition, string kind, string key, string path)
    {
        var size = PageSize(call.Request.Query);
        var number = PageNumber(call.Request.Query);
        var list = $"{partition}/{kind}";
        var cursor = Cursor(call, list, number);
        var page = await store.ReadPage(new ListQuery(partition, kind, size), cursor, call.Aborted);

        var url = surface.UrlOf(call, path);
        string At(int index, PageCursor? to) => $"{url}?PageSize={size}&Page={index}"
            + (to is null ? "" : $"&PageToken={PageTokens.Seal(to, list, call.Account.SigningKey)}");
        return (page, new(
            Key: key,
            Page: number,
            PageSize: size,
            Url: At(number, cursor),
            FirstPageUrl: At(0, null),
            PreviousPageUrl: page.Previous is null ? null : At(Math.Max(0, number - 1), page.Previous),
            NextPageUrl: page.Next is null ? null : At(number + 1, page.Next)));
    }

    // An unmodified client asks for more than 1000 when a limit is all that it was given; it gets pages of 1000.
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

    private static PageCursor? Cursor(Call call, string list, int number) =>
        call.Request.Query["PageToken"].ToString() switch
        {
            { Length: > 0 } token => PageTokens.Open(token, list, call.Account.SigningKey)
                ?? throw ProxyErrors.Invalid("Invalid PageToken: follow next_page_url as it was given."),
            _ when number > 0 => throw ProxyErrors.Invalid("Missing PageToken: follow next_page_url to other pages."),
            _ => null,
        };
}

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
