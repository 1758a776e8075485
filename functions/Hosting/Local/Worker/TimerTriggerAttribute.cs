namespace Microsoft.Azure.Functions.Worker;

/// <summary>Calls the function by the clock. The local build's stand-in for the worker's attribute.</summary>
/// <param name="schedule">Six NCrontab fields, UTC, or <c>%Key%</c> for the setting that holds them.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    /// <summary>Six NCrontab fields, UTC, or <c>%Key%</c> for the setting that holds them.</summary>
    public string Schedule { get; } = schedule;

    /// <summary>Whether it is also called once at start.</summary>
    public bool RunOnStartup { get; set; }

    /// <summary>Whether the Functions host keeps the schedule over restarts. The local host does not.</summary>
    public bool UseMonitor { get; set; } = true;
}
