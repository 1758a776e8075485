using System.Buffers;
using System.Globalization;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// The version of a document: the item's ETag and, behind <c>~</c>, when the document dies. So a write that names a
/// version of a dead document is refused without asking, though the item may still be there.
/// </summary>
/// <param name="IfMatch">The ETag as Cosmos DB wants it, with its quotes.</param>
/// <param name="PurgeAt">When the document dies; <see cref="DateTimeOffset.MaxValue"/> for never.</param>
internal readonly record struct CosmosVersion(string IfMatch, DateTimeOffset PurgeAt)
{
    /// <summary>An ETag that no item ever has.</summary>
    public const string NoIfMatch = "\"none\"";

    private const char Separator = '~';

    private static readonly SearchValues<char> _etagCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    public static CosmosVersion Of(string etag, DateTimeOffset purgeAt) => new(etag, purgeAt);

    /// <summary>What a write gives its document; empty for a delete.</summary>
    public static string After(Write write, string etag) => write switch
    {
        Write.Create(var document) => After(document, etag),
        Write.Replace(var document) => After(document, etag),
        Write.Put(var document) => After(document, etag),
        _ => "",
    };

    /// <summary>The version in the form that callers keep.</summary>
    public string Text => PurgeAt == DateTimeOffset.MaxValue
        ? IfMatch.Trim('"')
        : string.Create(CultureInfo.InvariantCulture, $"{IfMatch.Trim('"')}{Separator}{PurgeAt.UtcTicks:x}");

    /// <summary>Reads what a caller names; a text that never was a version matches nothing.</summary>
    public static CosmosVersion Parse(string text)
    {
        var (etag, ticks) = text.IndexOf(Separator, StringComparison.Ordinal) is >= 0 and var at
            ? (text[..at], text[(at + 1)..])
            : (text, null);
        var ifMatch = etag.Length is 0 || etag.AsSpan().ContainsAnyExcept(_etagCharacters) ? NoIfMatch : $"\"{etag}\"";
        return ticks is null ? new(ifMatch, DateTimeOffset.MaxValue)
            : long.TryParse(ticks, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var purgeAt)
                && purgeAt >= 0 && purgeAt <= DateTimeOffset.MaxValue.UtcTicks
                ? new(ifMatch, new(purgeAt, TimeSpan.Zero))
            : new(NoIfMatch, DateTimeOffset.MaxValue);
    }

    private static string After(Document document, string etag) =>
        Of(etag, document.PurgeAt ?? DateTimeOffset.MaxValue).Text;
}
