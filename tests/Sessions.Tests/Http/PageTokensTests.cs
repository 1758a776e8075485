using Sessions.Http.Accounts;
using Sessions.Http.Pages;
using Sessions.Storage;

namespace Sessions.Tests.Http;

public sealed class PageTokensTests
{
    private static readonly SigningKey _key = new("key");

    private static readonly PageCursor _cursor =
        new(new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(7), "KC1"), ListOrder.OldestFirst);

    [Fact]
    public void A_token_leads_back_to_its_place() =>
        Assert.Equal(_cursor, PageTokens.Open(PageTokens.Seal(_cursor, "list", _key), "list", _key));

    [Fact]
    public void A_token_of_another_list_or_another_account_is_none()
    {
        var token = PageTokens.Seal(_cursor, "list", _key);

        Assert.Null(PageTokens.Open(token, "another", _key));
        Assert.Null(PageTokens.Open(token, "list", new SigningKey("other")));
    }

    [Fact]
    public void A_token_of_the_key_before_still_leads_to_its_place_and_new_ones_are_made_with_the_key_of_today()
    {
        var signer = new PageSigner(new("key of today"), _key);

        Assert.Equal(_cursor, signer.Open(PageTokens.Seal(_cursor, "list", _key), "list"));
        Assert.Equal(_cursor, PageTokens.Open(signer.Seal(_cursor, "list"), "list", signer.Key));
        Assert.Null(signer.Open(PageTokens.Seal(_cursor, "list", new("other")), "list"));
    }

    [Fact]
    public void A_token_with_any_character_changed_is_none()
    {
        var token = PageTokens.Seal(_cursor, "list", _key);

        for (var i = 0; i < token.Length - 1; i++)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.Null(PageTokens.Open(changed, "list", _key));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("not base64 at all")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_was_made_up_is_none(string token) => Assert.Null(PageTokens.Open(token, "list", _key));
}
