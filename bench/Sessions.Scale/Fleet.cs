namespace Sessions.Scale;

/// <summary>
/// The instances of an app, which come when their slots or processors are short and go when they are not. One that
/// comes takes a while until it works; what it was wanted for waits.
/// </summary>
/// <param name="settings">What is known of them.</param>
internal sealed class Fleet(FleetSettings settings)
{
    private readonly Queue<(double At, int Count)> _coming = new();

    /// <summary>How many work.</summary>
    public int Working { get; private set; } = settings.Ready;

    /// <summary>The most that were wanted, more than there may be perhaps.</summary>
    public int Most { get; private set; } = settings.Ready;

    /// <summary>How many times one has come.</summary>
    public int Starts { get; private set; }

    /// <summary>Seconds that instances worked on calls, those that are always ready and those that came.</summary>
    public (double Ready, double Came) Seconds { get; private set; }

    /// <summary>Calls that more instances had to come for.</summary>
    public double Waited { get; private set; }

    /// <summary>Calls for which there may be no more.</summary>
    public double Refused { get; private set; }

    /// <summary>How many calls an instance does in a second.</summary>
    public double PerInstance => settings.Processors * 1e6 / settings.Microseconds;

    /// <summary>How many are wanted for so many calls a second that take so long each.</summary>
    public int Wanted(double calls, double milliseconds)
    {
        var bySlots = calls * milliseconds / 1000 / settings.Concurrency;
        var byProcessors = calls / PerInstance / settings.Share;
        return (int)Math.Max(settings.Ready, Math.Ceiling(Math.Max(bySlots, byProcessors)));
    }

    /// <summary>Goes on for so many seconds.</summary>
    public void Step(double now, double seconds, double calls, double milliseconds)
    {
        while (_coming.TryPeek(out var next) && next.At <= now)
        {
            Working += _coming.Dequeue().Count;
        }

        var unlimited = Wanted(calls, milliseconds);
        var wanted = Math.Min(unlimited, settings.Maximum);
        var missing = wanted - Working - _coming.Sum(each => each.Count);
        if (missing > 0)
        {
            _coming.Enqueue((now + settings.ColdStart, missing));
            Starts += missing;
            Waited += Math.Max(0, calls - (Working * PerInstance)) * Math.Min(settings.ColdStart, seconds);
        }
        else if (missing < 0 && _coming.Count is 0)
        {
            Working = wanted;
        }

        Most = Math.Max(Most, unlimited);
        Refused += Math.Max(0, calls - (settings.Maximum * PerInstance)) * seconds;
        // Each is billed while it has calls, for a second at least; few calls do not keep one busy all the time.
        var busy = Math.Min(Math.Max(Working, 1), calls);
        var ready = Math.Min(busy, settings.Ready);
        Seconds = (Seconds.Ready + (ready * seconds), Seconds.Came + ((busy - ready) * seconds));
    }
}

/// <summary>What is known of instances.</summary>
internal sealed record FleetSettings
{
    /// <summary>How many wait for calls when there are none.</summary>
    public int Ready { get; init; }

    /// <summary>How many there may be.</summary>
    public int Maximum { get; init; } = Azure.Instances;

    /// <summary>How many calls an instance takes on at once.</summary>
    public int Concurrency { get; init; } = 100;

    /// <summary>Processors of an instance: one for 2 GB, assumed.</summary>
    public double Processors { get; init; } = 1;

    /// <summary>What part of them is used before another one comes, assumed.</summary>
    public double Share { get; init; } = 0.7;

    /// <summary>Seconds until a new one works, assumed: ours takes 0.6 of them, nobody has measured Azure's.</summary>
    public double ColdStart { get; init; } = 3;

    /// <summary>Microseconds of a processor for a call.</summary>
    public required double Microseconds { get; init; }
}
