using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.TwilioProxy;

/// <summary>What the surface is told by the settings under <c>TwilioProxy</c>.</summary>
/// <param name="Retention">
/// How long a closed Session is kept after its last write: <c>TwilioProxy__Retention</c>, else <c>Retention__Closed</c>
/// where that is set, else the 90 days of Twilio's.
/// </param>
/// <param name="FreesNamesOnClose">
/// Whether a Session that closes gives its unique name back: <c>TwilioProxy__FreeNamesOnClose</c>.
/// </param>
public sealed record ProxySettings(TimeSpan Retention, bool FreesNamesOnClose)
{
    // Changelog of 2019-11-18: https://www.twilio.com/docs/proxy/proxy-changelog
    private static readonly TimeSpan _retention = TimeSpan.FromDays(90);

    /// <summary>Reads the section.</summary>
    /// <exception cref="SettingsException">A value is no span of time, or neither true nor false.</exception>
    public static ProxySettings From(IConfiguration configuration)
    {
        var own = new SettingsSection(configuration.GetSection("TwilioProxy"));
        var common = new SettingsSection(configuration.GetSection("Retention"));
        return new(
            own.Span("Retention", common.Text("Closed") is null ? _retention : common.Span("Closed", _retention)),
            own.OneOf("FreeNamesOnClose", "false", "true") == "true");
    }
}
