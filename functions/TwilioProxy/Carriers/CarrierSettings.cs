using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.Http.Accounts;

namespace Sessions.TwilioProxy;

/// <summary>
/// The carrier of one account, <c>Accounts__{n}__Carrier__…</c>; local.settings.sample.json explains the keys.
/// </summary>
public sealed record CarrierSettings
{
    /// <summary>Twilio itself.</summary>
    public const string Twilio = "twilio";

    /// <summary>Another one that speaks as Twilio does, such as SignalWire.</summary>
    public const string TwilioCompatible = "twilio-compatible";

    /// <summary>An address that passes texts on.</summary>
    public const string Webhook = "webhook";

    private static readonly string[] _keys =
    [
        "AccountSid", "AuthToken", "ApiKeySid", "ApiKeySecret", "BaseUrl", "SigningSecret", "SignatureHeader",
        "WebhookUrl",
    ];

    private static readonly Uri _twilio = new("https://api.twilio.com");

    /// <summary>Which it is.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is; for a webhook the address itself, without what stood before an @ in it.</summary>
    public required Uri Address { get; init; }

    /// <summary>The account there.</summary>
    public string AccountSid { get; init; } = "";

    /// <summary>The user for Basic, or null for none.</summary>
    public string? User { get; init; }

    /// <summary>The password for Basic.</summary>
    public string Password { get; init; } = "";

    /// <summary>The user and the password as they are sent, or null for none.</summary>
    internal AuthenticationHeaderValue? Basic =>
        User is { } user ? AuthorizationHeader.BasicOf(user, Password) : null;

    /// <summary>The header that has the signature of what it sends.</summary>
    public string SignatureHeader { get; init; } = TwilioSignature.Header;

    /// <summary>What it signs with; null for the account's own key.</summary>
    public SigningKey? SigningKey { get; init; }

    /// <summary>Which account has which, by the account's id; one that has none is not among them.</summary>
    /// <exception cref="SettingsException">A value cannot be used.</exception>
    public static IReadOnlyDictionary<string, CarrierSettings> From(IConfiguration configuration)
    {
        var messaging = new SettingsSection(configuration.GetSection("Messaging"));
        var everybodys = messaging.Address("WebhookUrl") is { } url ? WebhookAt(messaging, "WebhookUrl", url) : null;
        var found = new Dictionary<string, CarrierSettings>(StringComparer.Ordinal);
        foreach (var account in configuration.GetSection("Accounts").GetChildren())
        {
            var (section, own) = (new SettingsSection(account), account.GetSection("Carrier"));
            if (section.Text("Id") is { } id
                && (own.Exists() ? Read(section, new(own), configuration) : null) is var carrier
                && (carrier ?? everybodys) is { } settings)
            {
                found[id] = settings;
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static CarrierSettings? Read(
        SettingsSection account, SettingsSection section, IConfiguration configuration) =>
        NameIn(section) switch
        {
            null => null,
            Twilio => Api(Twilio, account, section, configuration, section.Address("BaseUrl") ?? _twilio),
            TwilioCompatible => Api(
                TwilioCompatible,
                account,
                section,
                configuration,
                section.Address("BaseUrl") ?? throw SettingsException.Missing(
                    section.NameOf("BaseUrl"), "be where the carrier's API is, what stands before /2010-04-01")),
            _ => WebhookAt(
                section,
                "WebhookUrl",
                section.Address("WebhookUrl") ?? throw SettingsException.Missing(
                    section.NameOf("WebhookUrl"), "be where texts are posted, to go on to a carrier")),
        };

    // An empty value is as good as none, so all of the section may be there and say nothing.
    private static string? NameIn(SettingsSection section) =>
        section.Text("Name") is not null ? section.OneOf("Name", Twilio, TwilioCompatible, Webhook)
        : _keys.FirstOrDefault(key => section.Text(key) is not null) is { } key ? throw SettingsException.Missing(
            section.NameOf("Name"), $"be {Twilio}, {TwilioCompatible} or {Webhook}, since {key} beside it is set")
        : null;

    private static CarrierSettings Api(
        string name, SettingsSection account, SettingsSection section, IConfiguration configuration, Uri address)
    {
        if (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback)
        {
            throw SettingsException.For(section.NameOf("BaseUrl"), address.OriginalString, "be an https address");
        }

        RequirePublicAddress(name, configuration);
        var sid = section.Text("AccountSid") ?? account.Text("Sid") ?? "";
        var token = section.Text("AuthToken");
        var (user, password) = section.Text("ApiKeySid") is { } key
            ? (key, section.Required("ApiKeySecret", "be the secret of the ApiKeySid beside it"))
            : (sid, token ?? throw SettingsException.Missing(
                section.NameOf("AuthToken"), $"be the account's auth token at {name}, or set ApiKeySid beside it"));
        return new()
        {
            Name = name,
            Address = new(address.AbsoluteUri.TrimEnd('/')),
            AccountSid = sid,
            User = user,
            Password = password,
            SignatureHeader = section.Text("SignatureHeader") ?? TwilioSignature.Header,
            SigningKey = (section.Text("SigningSecret") ?? token) is { } secret ? new(secret) : null,
        };
    }

    // It is what the carrier calls, and what it signs.
    private static void RequirePublicAddress(string name, IConfiguration configuration)
    {
        var section = new SettingsSection(configuration.GetSection("Public"));
        var should = $"be the https address of this service, which a carrier named {name} calls back";
        if (section.Address("BaseUrl") is not { } address)
        {
            throw SettingsException.Missing(section.NameOf("BaseUrl"), should);
        }

        if (address.Scheme != Uri.UriSchemeHttps)
        {
            throw SettingsException.For(section.NameOf("BaseUrl"), address.OriginalString, should);
        }
    }

    private static CarrierSettings WebhookAt(SettingsSection section, string key, Uri url)
    {
        if (url.UserInfo is "")
        {
            return new() { Name = Webhook, Address = url };
        }

        var parts = url.UserInfo.Split(':', 2);
        return parts is [{ Length: > 0 } user, var password]
            ? new()
            {
                Name = Webhook,
                Address = new UriBuilder(url) { UserName = "", Password = "" }.Uri,
                User = Uri.UnescapeDataString(user),
                Password = Uri.UnescapeDataString(password),
            }
            : throw SettingsException.For(
                section.NameOf(key), holds: null, "have user:password before its @, or no @ at all");
    }
}
