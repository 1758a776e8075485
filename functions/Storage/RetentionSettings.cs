using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.Storage;

/// <summary>How long things are kept.</summary>
/// <param name="Closed">
/// How long a closed session stays readable after its last write: <c>Retention__Closed</c>, else 30 days.
/// </param>
public sealed record RetentionSettings(TimeSpan Closed)
{
    /// <summary>
    /// How long an event that was delivered can be read and sent again: <c>Retention__Events</c>, else 7 days. Nothing
    /// is kept of it when it is zero.
    /// </summary>
    public TimeSpan Events { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long the same of an event that was given up.</summary>
    public TimeSpan FailedEvents { get; } = TimeSpan.FromDays(30);

    /// <summary>Reads the <c>Retention</c> section.</summary>
    /// <exception cref="SettingsException">A value is no span of time.</exception>
    public static RetentionSettings From(IConfiguration configuration)
    {
        var section = new SettingsSection(configuration.GetSection("Retention"));
        var defaults = new RetentionSettings(TimeSpan.FromDays(30));
        return new(section.Span("Closed", defaults.Closed)) { Events = section.SpanOrNone("Events", defaults.Events) };
    }
}
