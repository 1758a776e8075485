using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.Http.Limits;

/// <summary>What nobody takes more of than leaves enough for the others: the <c>Limits</c> section.</summary>
public sealed record LimitSettings
{
    /// <summary>
    /// How many bytes a page of a list comes to, about: <c>Limits__PageBytes</c>, else a million. It ends early then,
    /// and names the next one.
    /// </summary>
    public int PageBytes { get; init; } = 1_000_000;

    /// <summary>
    /// How long a stream waits for its reader to take what was sent: <c>Limits__StreamDrain</c>, else 10 seconds. Then
    /// it ends with the place to resume.
    /// </summary>
    public TimeSpan StreamDrain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Reads the section.</summary>
    /// <exception cref="SettingsException">A value cannot be used.</exception>
    public static LimitSettings From(IConfiguration configuration)
    {
        var (section, defaults) = (new SettingsSection(configuration.GetSection("Limits")), new LimitSettings());
        return defaults with
        {
            PageBytes = section.Whole("PageBytes", defaults.PageBytes, min: 1_000),
            StreamDrain = section.Span("StreamDrain", defaults.StreamDrain),
        };
    }
}
