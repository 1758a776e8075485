using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.Storage;

/// <summary>How long things are kept.</summary>
/// <param name="Closed">
/// How long a closed session stays readable after its last write: <c>Retention__Closed</c>, else 30 days.
/// </param>
public sealed record RetentionSettings(TimeSpan Closed)
{
    /// <summary>Reads the <c>Retention</c> section.</summary>
    /// <exception cref="SettingsException">A value is no span of time.</exception>
    public static RetentionSettings From(IConfiguration configuration) =>
        new(new SettingsSection(configuration.GetSection("Retention")).Span("Closed", TimeSpan.FromDays(30)));
}
