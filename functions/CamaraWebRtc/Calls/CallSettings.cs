using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.CamaraWebRtc;

/// <summary>How long calls last whose parties do not end them.</summary>
public sealed record CallSettings
{
    /// <summary>How long a call may be connected: <c>CamaraWebRtc__LongestCall</c>, else a day.</summary>
    public TimeSpan LongestCall { get; init; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How long a device may be without a registration before its call ends:
    /// <c>CamaraWebRtc__RegistrationGrace</c>, else two minutes.
    /// </summary>
    public TimeSpan RegistrationGrace { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Reads the <c>CamaraWebRtc</c> section.</summary>
    /// <exception cref="SettingsException">A value is no span of time.</exception>
    public static CallSettings From(IConfiguration configuration)
    {
        var (defaults, section) = (new CallSettings(), new SettingsSection(configuration.GetSection("CamaraWebRtc")));
        return new()
        {
            LongestCall = section.Span("LongestCall", defaults.LongestCall),
            RegistrationGrace = section.Span("RegistrationGrace", defaults.RegistrationGrace),
        };
    }
}
