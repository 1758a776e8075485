using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.Outbox;

/// <summary>How events are sent.</summary>
public sealed record OutboxSettings
{
    /// <summary>
    /// Whether targets on this machine, and http, are allowed: while only this machine can reach it. Behind a Functions
    /// host, where it cannot know that, <c>Outbox__LocalTargets</c> says so.
    /// </summary>
    public bool AllowLocal { get; init; }

    /// <summary>How many events are on their way at once.</summary>
    public int Parallelism { get; init; } = 256;

    /// <summary>How many of those are one account's: whose hosts hang leaves the rest to the others.</summary>
    public int ParallelismPerAccount { get; init; } = 64;

    /// <summary>How many of an account's go to one host.</summary>
    public int ParallelismPerHost { get; init; } = 8;

    /// <summary>How many of an account's lanes may wait for one host in this process; the others wait in the
    /// store.</summary>
    public int WaitingPerHost { get; init; } = 1000;

    /// <summary>How many failures in a row rest a target.</summary>
    public int FailuresToRest { get; init; } = 5;

    /// <summary>How long a target rests at first; twice as long each time that a probe fails, and at most ten times
    /// as long.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a target may take to answer: <c>Outbox__Patience</c>, else 10 seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long nobody else sends an event that is being sent, so also how late it comes when its process dies; longer
    /// than <see cref="Patience"/>.
    /// </summary>
    public TimeSpan Lease => 3 * Patience;

    /// <summary>
    /// How long a new event is left to the process that wrote it: half as long again as a target may take. Where that
    /// is not left any more, the lease is renewed before it is sent. With <see cref="Lease"/> whoever waits for an
    /// event would wait twice as long for a process that is dead.
    /// </summary>
    public TimeSpan FirstLease => 1.5 * Patience;

    /// <summary>Reads the <c>Outbox</c> section.</summary>
    /// <exception cref="SettingsException">A value cannot be used.</exception>
    public static OutboxSettings From(IConfiguration configuration)
    {
        var (defaults, section) = (new OutboxSettings(), new SettingsSection(configuration.GetSection("Outbox")));
        return defaults with
        {
            AllowLocal = section.OneOf("LocalTargets", "false", "true") is "true",
            Patience = section.Span("Patience", defaults.Patience),
        };
    }
}
