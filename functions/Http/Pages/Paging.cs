using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sessions.Http.Accounts;
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

/// <summary>One page of a list, with the way on and back.</summary>
/// <param name="Documents">The documents, newest first.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
/// <param name="Previous">Where the page before ends; null on the first.</param>
public sealed record Page(IReadOnlyList<Document> Documents, PageCursor? Next, PageCursor? Previous);

/// <summary>A place in a list and the way to read on from it.</summary>
/// <param name="Position">The document that the page lies beside.</param>
/// <param name="Order">The way: with the list (newest first), or back.</param>
public sealed record PageCursor(ListPosition Position, ListOrder Order);

/// <summary>
/// Page tokens: opaque, and signed with the account's key together with the list that they belong to, so that a
/// token that was made up, changed, or taken to another list is seen.
/// </summary>
public static class PageTokens
{
    private const int SignatureLength = 16;
    private const int FixedLength = 1 + sizeof(long) + SignatureLength;
    private const int MaxTokenLength = 2048;

    /// <summary>The token of a place.</summary>
    /// <param name="cursor">The place.</param>
    /// <param name="list">The list: its partition, kind and filters.</param>
    /// <param name="key">The account's key.</param>
    public static string Seal(PageCursor cursor, string list, SigningKey key)
    {
        var id = Encoding.UTF8.GetBytes(cursor.Position.Id);
        var token = new byte[FixedLength + id.Length];
        token[SignatureLength] = (byte)cursor.Order;
        BinaryPrimitives.WriteInt64BigEndian(token.AsSpan(SignatureLength + 1), cursor.Position.CreatedAt.UtcTicks);
        id.CopyTo(token, FixedLength);
        Signature(token, list, key).CopyTo(token, 0);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>The place of a token, or null when it is not one of this list.</summary>
    public static PageCursor? Open(string token, string list, SigningKey key)
    {
        if (token.Length > MaxTokenLength || !Base64Url.IsValid(token)
            || Base64Url.DecodeFromChars(token) is not { Length: > FixedLength } bytes
            || !CryptographicOperations.FixedTimeEquals(Signature(bytes, list, key), bytes.AsSpan(0, SignatureLength)))
        {
            return null;
        }

        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(SignatureLength + 1));
        return new(
            new(new DateTimeOffset(ticks, TimeSpan.Zero), Encoding.UTF8.GetString(bytes.AsSpan(FixedLength))),
            (ListOrder)bytes[SignatureLength]);
    }

    private static byte[] Signature(ReadOnlySpan<byte> token, string list, SigningKey key) =>
        key.Sign($"page:{list}", token[SignatureLength..])[..SignatureLength];
}

/// <summary>Makes and reads an account's page tokens.</summary>
/// <param name="Key">What signs them.</param>
/// <param name="Before">What signed them once: a list that a client is in the middle of goes on.</param>
public readonly record struct PageSigner(SigningKey Key, SigningKey Before)
{
    /// <summary>The token of a place.</summary>
    /// <param name="cursor">The place.</param>
    /// <param name="list">The list: its partition, kind and filters.</param>
    public string Seal(PageCursor cursor, string list) => PageTokens.Seal(cursor, list, Key);

    /// <summary>The place of a token, or null when it is not one of this list.</summary>
    public PageCursor? Open(string token, string list) =>
        PageTokens.Open(token, list, Key) ?? PageTokens.Open(token, list, Before);
}
