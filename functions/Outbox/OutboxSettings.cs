using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.Outbox;

/// <summary>How events are sent.</summary>
public sealed record OutboxSettings
{
    /// <summary>Whether targets on this machine, and http, are allowed: while only this machine can reach it.</summary>
    public bool AllowLocal { get; init; }

    /// <summary>How many events are on their way at once.</summary>
    public int Parallelism { get; init; } = 64;

    /// <summary>How many of those to one host.</summary>
    public int ParallelismPerHost { get; init; } = 8;

    /// <summary>How many lanes may wait for one host in this process; the others wait in the store.</summary>
    public int WaitingPerHost { get; init; } = 1000;

    /// <summary>How long a target may take to answer: <c>Outbox__Patience</c>, else 10 seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long nobody else sends an event that is being sent, so also how late it comes when its process dies; longer
    /// than <see cref="Patience"/>.
    /// </summary>
    public TimeSpan Lease => 3 * Patience;

    /// <summary>Reads the <c>Outbox</c> section.</summary>
    /// <exception cref="SettingsException">A value is no span of time.</exception>
    public static OutboxSettings From(IConfiguration configuration)
    {
        var defaults = new OutboxSettings();
        return defaults with
        {
            Patience = new SettingsSection(configuration.GetSection("Outbox")).Span("Patience", defaults.Patience),
        };
    }
}
