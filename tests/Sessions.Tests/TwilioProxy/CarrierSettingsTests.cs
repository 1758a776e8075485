using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.Tests.Support;
using Sessions.TwilioProxy;

namespace Sessions.Tests.TwilioProxy;

/// <summary>What an account says of its carrier, and what is refused before the program starts.</summary>
public sealed class CarrierSettingsTests
{
    private static readonly (string, string)[] _twilio =
    [
        ("Accounts:0:Carrier:Name", "twilio"),
        ("Accounts:0:Carrier:AuthToken", "the-token"),
        ("Public:BaseUrl", "https://sessions.example.com"),
    ];

    [Fact]
    public void Twilio_is_called_with_the_accounts_own_sid_and_its_auth_token()
    {
        var carrier = Read(_twilio)["acme"];

        Assert.Equal(("https://api.twilio.com/", TestAccounts.AcmeSid), ($"{carrier.Address}", carrier.AccountSid));
        Assert.Equal((TestAccounts.AcmeSid, "the-token"), (carrier.User, carrier.Password));
        Assert.Equal("twilio", $"{carrier}");
    }

    [Fact]
    public void An_api_key_is_used_instead_of_the_auth_token()
    {
        var carrier = Read([
            .. _twilio, ("Accounts:0:Carrier:ApiKeySid", "SK1"), ("Accounts:0:Carrier:ApiKeySecret", "the-secret"),
        ])["acme"];

        Assert.Equal(("SK1", "the-secret"), (carrier.User, carrier.Password));
    }

    [Fact]
    public void A_webhook_is_opened_with_what_stands_in_its_address_and_shows_it_nowhere()
    {
        var carrier = Read([("Messaging:WebhookUrl", "https://ann:pass%40word@hooks.example.com/texts?a=b")]);

        Assert.Equal(["acme", "other"], carrier.Keys.Order());
        Assert.Equal(("ann", "pass@word"), (carrier["acme"].User, carrier["acme"].Password));
        Assert.Equal("https://hooks.example.com/texts?a=b", carrier["acme"].Address.AbsoluteUri);
    }

    [Fact]
    public void An_accounts_own_carrier_comes_before_the_webhook_of_all()
    {
        var carriers = Read([.. _twilio, ("Messaging:WebhookUrl", "https://hooks.example.com")]);

        Assert.Equal(("twilio", "webhook"), (carriers["acme"].Name, carriers["other"].Name));
    }

    [Fact]
    public void A_section_of_empty_values_is_none() =>
        Assert.Empty(Read([("Accounts:0:Carrier:Name", ""), ("Accounts:0:Carrier:AuthToken", "")]));

    [Theory]
    [InlineData("Public__BaseUrl is not set; it should be the https address", "Public:BaseUrl", "")]
    [InlineData("Public__BaseUrl holds \"http://a.example.com\"", "Public:BaseUrl", "http://a.example.com")]
    [InlineData("Carrier__AuthToken is not set", "Accounts:0:Carrier:AuthToken", "")]
    [InlineData("Carrier__ApiKeySecret is not set", "Accounts:0:Carrier:ApiKeySid", "SK1")]
    [InlineData("Carrier__BaseUrl is not set", "Accounts:0:Carrier:Name", "twilio-compatible")]
    [InlineData("Carrier__BaseUrl holds \"http://laml.example.com\"; it should be an https address",
        "Accounts:0:Carrier:BaseUrl", "http://laml.example.com")]
    [InlineData("Carrier__Name holds \"pigeon\"; it should be one of twilio, twilio-compatible, webhook",
        "Accounts:0:Carrier:Name", "pigeon")]
    [InlineData("Carrier__Name is not set; it should be twilio, twilio-compatible or webhook, since AuthToken",
        "Accounts:0:Carrier:Name", "")]
    [InlineData("Carrier__WebhookUrl is not set", "Accounts:0:Carrier:Name", "webhook")]
    [InlineData("Messaging__WebhookUrl is not usable; it should have user:password before its @",
        "Messaging:WebhookUrl", "https://ann@hooks.example.com")]
    public void What_cannot_be_used_is_refused_in_words(string words, string key, string value)
    {
        var refusal = Assert.Throws<SettingsException>(() => Read([.. _twilio, (key, value)]));

        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-token", refusal.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyDictionary<string, CarrierSettings> Read(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(TestAccounts.Settings);
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return CarrierSettings.From(new ConfigurationBuilder().AddInMemoryCollection(all).Build());
    }
}
