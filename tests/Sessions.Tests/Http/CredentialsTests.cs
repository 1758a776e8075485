using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.Http.Accounts;
using Sessions.Tests.Support;

namespace Sessions.Tests.Http;

public sealed class CredentialsTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Accounts:0:Id", "", "Accounts__0__Id")]
    [InlineData("Accounts:0:Id", "a/b", "Accounts__0__Id")]
    [InlineData("Accounts:0:Sid", "AC1", "Accounts__0__Sid")]
    [InlineData("Accounts:1:SigningSecret", "", "Accounts__1__SigningSecret")]
    [InlineData("Accounts:0:ParticipantKey", "short", "Accounts__0__ParticipantKey")]
    [InlineData("Accounts:0:Secrets:2", TestAccounts.AcmeParticipantKey, "Accounts__0__ParticipantKey")]
    [InlineData("Accounts:0:ApiKeys:0:Secret", TestAccounts.AcmeParticipantKey, "Accounts__0__ParticipantKey")]
    [InlineData("Accounts:0:Tokens:0:Token", TestAccounts.AcmeParticipantKey, "Accounts__0__ParticipantKey")]
    [InlineData("Accounts:0:Secrets:1", "sha256:12", "Accounts__0__Secrets")]
    [InlineData("Accounts:0:ApiKeys:0:Secret", "", "Accounts__0__ApiKeys__0__Secret")]
    [InlineData("Accounts:0:Tokens:0:ExpiresAt", "soon", "Accounts__0__Tokens__0__ExpiresAt")]
    [InlineData("Accounts:1:Id", "acme", "acme")]
    [InlineData("Accounts:1:Tokens:0:Token", TestAccounts.AcmeToken, "other")]
    public void A_wrong_setting_is_named_and_no_secret_is_told(string key, string value, string named)
    {
        var refused = Assert.Throws<SettingsException>(() => Credentials(key, value));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(TestAccounts.AcmeSecret, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(TestAccounts.AcmeParticipantKey, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(TestAccounts.AcmeToken, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_opens_its_account_until_it_runs_out()
    {
        var credentials = Credentials("Accounts:0:Tokens:0:ExpiresAt", "2026-01-01T00:00:00Z");

        Assert.Equal("acme", credentials.Token(TestAccounts.AcmeToken, _now.AddTicks(-1))!.Account.Id);
        Assert.Null(credentials.Token(TestAccounts.AcmeToken, _now));
        Assert.Null(credentials.Token("unknown", _now));
    }

    [Fact]
    public void A_token_carries_what_is_configured_of_its_subject()
    {
        var caller = Credentials("Accounts:0:Tokens:0:Name", "Alice").Token(TestAccounts.AcmeToken, _now)!;

        Assert.Equal("alice", caller.Subject);
        Assert.Equal("Alice", caller.Name);
        Assert.Equal(["+17085852753"], caller.PhoneNumbers);
        Assert.True(caller.May("anything"));
    }

    [Fact]
    public void What_allows_nothing_because_nothing_was_said_is_told_with_what_to_add()
    {
        Assert.Empty(Credentials("Accounts:0:Name", "Acme").Unsaid);
        string[] silent =
        [
            .. Credentials("Accounts:0:Tokens:0:Scopes:0", "").Unsaid,
            .. Credentials("Accounts:0:ApiKeys:0:Scopes:0", "").Unsaid,
            .. Credentials("Accounts:0:Tokens:0:Role", "").Unsaid,
        ];

        Assert.Equal(
            ["Accounts__0__Tokens__0__Scopes__0", "Accounts__0__ApiKeys__0__Scopes__0", "Accounts__0__Tokens__0__Role"],
            silent.Select(line => line[..line.IndexOf(' ', StringComparison.Ordinal)]));
    }

    [Fact]
    public void Without_a_scope_nothing_is_allowed_and_an_accounts_own_secret_allows_everything()
    {
        var credentials = Credentials("Accounts:0:ApiKeys:0:Scopes:0", "");

        Assert.False(credentials.Basic(TestAccounts.AcmeKeySid, TestAccounts.AcmeKeySecret)!.May("anything"));
        Assert.True(credentials.Basic("acme", TestAccounts.AcmeSecret)!.May("anything"));
    }

    [Fact]
    public void A_signing_key_prints_as_nothing() =>
        Assert.Equal("", Credentials("Accounts:0:Name", "Acme").Accounts[0].SigningKey.ToString());

    private static Credentials Credentials(string key, string value)
    {
        var settings = new Dictionary<string, string?>(TestAccounts.Settings) { [key] = value };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return Sessions.Http.Accounts.Credentials.From(configuration);
    }
}
