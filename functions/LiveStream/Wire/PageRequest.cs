using System.Globalization;
using Microsoft.AspNetCore.Http;
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

/// <summary>A page of documents, and how many there are in all.</summary>
internal sealed record PageOf(IReadOnlyList<Document> Documents, long Total);

/// <summary>Reads lists by page number over a store that reads on from a place.</summary>
internal static class NumberedPages
{
    private const int Chunk = 1000;

    /// <summary>
    /// Reads a page: one call for each thousand entries up to its end, and one to count unless the list ended there.
    /// </summary>
    public static async ValueTask<PageOf> ReadPage(
        this IDocumentStore store, ListQuery list, PageRequest page, CancellationToken cancellation)
    {
        var skip = (page.Page - 1) * page.Limit;
        var end = skip + page.Limit;
        List<Document> read = [];
        while (read.Count < end)
        {
            var query = list with { Limit = Math.Min(Chunk, end - read.Count), After = PositionOf(read) };
            var chunk = (await store.List(query, cancellation)).OrNull()!;
            read.AddRange(chunk);
            if (chunk.Count < query.Limit)
            {
                return new([.. read.Skip(skip)], read.Count);
            }
        }

        var all = new CountQuery(list.Partition, list.Kind) { Status = list.Status };
        var count = (await store.Count(all, cancellation)).OrNull()!;
        return new([.. read.Skip(skip)], Math.Max(count.Value, end));
    }

    private static ListPosition? PositionOf(List<Document> read) =>
        read is [.., var last] ? new(last.Lifetime.CreatedAt, last.Id) : null;
}
