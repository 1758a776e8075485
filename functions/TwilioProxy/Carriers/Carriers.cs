using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Sessions.Http.Accounts;

namespace Sessions.TwilioProxy;

/// <summary>The carriers of the accounts.</summary>
public sealed class Carriers : IDisposable
{
    // A new wire is named here.
    private static readonly Dictionary<string, Func<CarrierSettings, HttpClient, TimeProvider, ICarrier>> _wires = new()
    {
        [CarrierSettings.Twilio] = (settings, http, time) => new TwilioCarrier(settings, http, time),
        [CarrierSettings.TwilioCompatible] = (settings, http, time) => new TwilioCarrier(settings, http, time),
    };

    private readonly IReadOnlyDictionary<string, CarrierSettings> _settings;
    private readonly Dictionary<string, ICarrier> _carriers = new(StringComparer.Ordinal);
    private readonly HttpClient _http;

    /// <summary>Opens what is configured; nothing is connected to yet.</summary>
    /// <exception cref="Configuration.SettingsException">A value cannot be used.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The client owns its handler.")]
    public Carriers(IConfiguration configuration, TimeProvider time)
    {
        _settings = CarrierSettings.From(configuration);
        _http = new(new SocketsHttpHandler
        {
            // Connections are kept, but not for ever, so that a host that moves is found again.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(3),
            AllowAutoRedirect = false,
            UseCookies = false,
        })
        {
            MaxResponseContentBufferSize = 4 * 1024 * 1024,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        foreach (var (account, settings) in _settings)
        {
            if (_wires.TryGetValue(settings.Name, out var open))
            {
                _carriers[account] = open(settings, _http, time);
            }
        }
    }

    /// <summary>The account's carrier; null when it has none that can be asked.</summary>
    public ICarrier? Of(string account) => _carriers.GetValueOrDefault(account);

    /// <summary>Where the account's texts are posted, or null.</summary>
    internal Uri? WebhookOf(string account) => WebhookSettingsOf(account)?.Address;

    /// <summary>What opens that address, or null.</summary>
    internal AuthenticationHeaderValue? BasicOf(string account) => WebhookSettingsOf(account)?.Basic;

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>What is said of the account's carrier, or null.</summary>
    internal CarrierSettings? SettingsOf(string account) => _settings.GetValueOrDefault(account);

    private CarrierSettings? WebhookSettingsOf(string account) =>
        SettingsOf(account) is { Name: CarrierSettings.Webhook } own ? own : null;
}

/// <summary>How what the carriers of the accounts send is known to be from them.</summary>
public sealed class CarrierSignatures
{
    private readonly Carriers _carriers;

    internal CarrierSignatures(Carriers carriers) => _carriers = carriers;

    /// <summary>The header that has the signature, and the key that it is made with.</summary>
    internal (string Header, SigningKey Key) Of(Account account) => _carriers.SettingsOf(account.Id) is { } settings
        ? (settings.SignatureHeader, settings.SigningKey ?? account.SigningKey)
        : (TwilioSignature.Header, account.SigningKey);
}
