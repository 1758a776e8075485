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

    /// <summary>How far into a list a page may reach: what lies before it must be read over.</summary>
    private const int Reach = 10_000;

    /// <summary>The page that a query asks for.</summary>
    public static PageRequest Read(IQueryCollection query)
    {
        List<FieldError> errors = [];
        var limit = Math.Min(Number(query, "limit", DefaultLimit, errors), MaxLimit);
        var page = Number(query, "page", 1, errors);
        if (errors.Count == 0 && (long)page * limit > Reach)
        {
            errors.Add(new("page", "validation_range", $"Pages reach {Reach} entries far."));
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
internal sealed record PageOf<T>(IReadOnlyList<State<T>> Items, long Total)
    where T : class;

/// <summary>Reads lists by page number over a store that reads on from a place.</summary>
internal static class NumberedPages
{
    private const int Chunk = 1000;

    // What is read over is not kept, but it is read.
    private const int ChunkBytes = 1_000_000;

    /// <summary>
    /// Reads a page, newest first: one call for each thousand entries up to its end, and one to count unless the list
    /// ended there.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="exchange">Whose account is looked at, and at which moment.</param>
    /// <param name="kind">What is listed.</param>
    /// <param name="page">Which page.</param>
    /// <param name="index">What the list is narrowed down by; null for all.</param>
    public static async ValueTask<PageOf<T>> ReadPage<T>(
        this IDocumentStore store, Exchange exchange, Kind<T> kind, PageRequest page, string? index = null)
        where T : class
    {
        var partition = Ids.Partition(exchange.Account);
        var skip = (page.Page - 1) * page.Limit;
        var end = skip + page.Limit;
        List<Document> shown = [];
        ListPosition? after = null;
        for (var read = 0; read < end;)
        {
            var query = new ListQuery(partition, kind.Name, Math.Min(Chunk, end - read))
            {
                Index = index,
                After = after,
                MaxBytes = ChunkBytes,
            };
            var chunk = (await store.List(query, exchange.Aborted)).OrNull()!;
            shown.AddRange(chunk.Skip(skip - read));
            read += chunk.Count;
            after = chunk is [.., var last] ? new(last.CreatedAt, last.Id) : after;
            if (chunk.Count < query.Limit && !PageBytes.AreFull(chunk, query.MaxBytes))
            {
                return new(Open(), read);
            }
        }

        var all = new CountQuery(partition, kind.Name) { Index = index };
        var count = (await store.Count(all, exchange.Aborted)).OrNull()!;
        return new(Open(), Math.Max(count.Value, end));

        IReadOnlyList<State<T>> Open() => [.. shown.Select(found => kind.Open(found, exchange.Now)!)];
    }
}
