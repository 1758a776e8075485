using Sessions.Http.Accounts;

namespace Sessions.Http.Pages;

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
