namespace Sessions.Telemetry;

/// <summary>
/// Counts requests and how long they take: in four steps to each doubling, so that what is read of it is right within a
/// tenth, however long it is.
/// </summary>
internal sealed class RequestCounts
{
    private const double Shortest = 1.0 / 16;
    private const int StepsToDouble = 4;

    // The last one is 65 seconds and all above.
    private const int Steps = (20 * StepsToDouble) + 1;

    private readonly int[] _took = new int[Steps];
    private int _errors;
    private int _refused;

    /// <summary>Counts one.</summary>
    public void Add(int status, TimeSpan took)
    {
        Interlocked.Increment(ref _took[StepOf(took.TotalMilliseconds)]);
        if (status >= 500)
        {
            Interlocked.Increment(ref _errors);
        }
        else if (status >= 400)
        {
            Interlocked.Increment(ref _refused);
        }
    }

    /// <summary>What several have counted.</summary>
    public static RequestSummary Sum(IEnumerable<RequestCounts> all)
    {
        var (took, errors, refused) = (new int[Steps], 0, 0);
        foreach (var counts in all)
        {
            errors += Volatile.Read(ref counts._errors);
            refused += Volatile.Read(ref counts._refused);
            for (var step = 0; step < Steps; step++)
            {
                took[step] += Volatile.Read(ref counts._took[step]);
            }
        }

        var requests = took.Sum();
        return new(requests, errors, refused, Within(took, requests * 0.5), Within(took, requests * 0.99));
    }

    private static int StepOf(double milliseconds) => milliseconds <= Shortest
        ? 0
        : Math.Min((int)Math.Round(StepsToDouble * Math.Log2(milliseconds / Shortest)), Steps - 1);

    private static double Within(int[] took, double share)
    {
        var (step, seen) = (0, took[0]);
        while (seen < share && step < Steps - 1)
        {
            seen += took[++step];
        }

        return Math.Round(Shortest * Math.Pow(2, (double)step / StepsToDouble), 2);
    }
}
