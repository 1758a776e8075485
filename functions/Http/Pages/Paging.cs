using Sessions.Storage;

namespace Sessions.Http.Pages;

/// <summary>Reads lists page by page, in either direction, each page in one store call.</summary>
public static class Paging
{
    /// <summary>Reads the page at a cursor, or the first.</summary>
    /// <param name="store">The store.</param>
    /// <param name="list">What to list; its limit is the page's size, and its bytes may end the page before.</param>
    /// <param name="cursor">Where to begin; null at the newest.</param>
    /// <param name="cancellation">Ends the read.</param>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public static async ValueTask<Page> ReadPage(
        this IDocumentStore store, ListQuery list, PageCursor? cursor, CancellationToken cancellation)
    {
        var order = cursor?.Order ?? ListOrder.NewestFirst;
        var query = list with { Limit = list.Limit + 1, After = cursor?.Position, Order = order };
        var read = (await store.List(query, cancellation)).OrNull()!;
        var more = read.Count > list.Limit || PageBytes.AreFull(read, list.MaxBytes);
        var documents = read.Take(list.Limit).ToList();
        if (order == ListOrder.OldestFirst)
        {
            documents.Reverse();
            var next = At(documents.LastOrDefault(), ListOrder.NewestFirst);
            return new(documents, next, more ? At(documents[0], order) : null);
        }

        return new(
            documents,
            more ? At(documents[^1], order) : null,
            cursor is null ? null : At(documents.FirstOrDefault(), ListOrder.OldestFirst));
    }

    private static PageCursor? At(Document? document, ListOrder order) =>
        document is null ? null : new(new(document.CreatedAt, document.Id), order);
}
