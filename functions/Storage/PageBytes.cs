namespace Sessions.Storage;

/// <summary>
/// Pages that end by their bytes: a page of the most that it may count would else hold whatever its documents come to.
/// </summary>
public static class PageBytes
{
    /// <summary>Whether the bodies of a page come to so many bytes, so that more may follow it; never without a
    /// bound.</summary>
    public static bool AreFull(IEnumerable<Document> page, int? maxBytes) =>
        maxBytes is { } max && page.Sum(document => (long)document.Body.Length) >= max;

    /// <summary>The documents up to the one with which their bodies come to so many bytes.</summary>
    internal static IEnumerable<Document> UpTo(this IEnumerable<Document> documents, int? maxBytes)
    {
        long bytes = 0;
        foreach (var document in documents)
        {
            yield return document;
            bytes += document.Body.Length;
            if (bytes >= maxBytes)
            {
                yield break;
            }
        }
    }
}
