namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a timer function is told of its schedule. The local build's stand-in for the worker's type.</summary>
public sealed class TimerInfo
{
    /// <summary>The calls before and after this one.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether the call comes later than the schedule says.</summary>
    public bool IsPastDue { get; set; }
}

/// <summary>The moments of a schedule, all UTC.</summary>
public sealed class ScheduleStatus
{
    /// <summary>The moment of the call before; the start's when there was none.</summary>
    public DateTime Last { get; set; }

    /// <summary>The moment of the call to come.</summary>
    public DateTime Next { get; set; }

    /// <summary>When these were worked out.</summary>
    public DateTime LastUpdated { get; set; }
}
