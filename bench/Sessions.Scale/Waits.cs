namespace Sessions.Scale;

/// <summary>
/// What waits for a server that takes the same time for each (M/D/1): arrivals by chance, one after the other.
/// </summary>
internal static class Waits
{
    /// <summary>The mean wait, in the time that one takes.</summary>
    /// <param name="load">What part of its time the server works, below 1.</param>
    public static double MeanWait(double load) => load / (2 * (1 - load));

    /// <summary>
    /// The wait that one in a hundred exceeds: by the exponential tail with that mean, of those who wait at all.
    /// </summary>
    public static double LongWait(double load) =>
        load <= 0.01 ? 0 : MeanWait(load) / load * Math.Log(load / 0.01);
}

/// <summary>
/// A partition that does so many units a second. What comes beyond them waits as long as the store's callers do, and is
/// refused then: 429. Whatever arrives is served, refused or waiting.
/// </summary>
/// <param name="perSecond">Its units a second.</param>
/// <param name="patience">Seconds that a request waits at most.</param>
internal sealed class PartitionLoad(double perSecond, double patience)
{
    /// <summary>All that has come.</summary>
    public double Arrived { get; private set; }

    /// <summary>All that was done.</summary>
    public double Served { get; private set; }

    /// <summary>All that was refused.</summary>
    public double Refused { get; private set; }

    /// <summary>What waits.</summary>
    public double Waiting { get; private set; }

    /// <summary>The most that it has been used, of what it can do.</summary>
    public double Fullest { get; private set; }

    /// <summary>Goes on for so many seconds, in which so many units come.</summary>
    /// <returns>What part of the time was used.</returns>
    public double Step(double units, double seconds)
    {
        var can = perSecond * seconds;
        var wanted = Waiting + units;
        var done = Math.Min(can, wanted);
        var waits = Math.Min(wanted - done, perSecond * patience);
        Arrived += units;
        Served += done;
        Refused += wanted - done - waits;
        Waiting = waits;
        Fullest = Math.Max(Fullest, units / can);
        return done / can;
    }
}
