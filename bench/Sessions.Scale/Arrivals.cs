namespace Sessions.Scale;

/// <summary>How a day's sessions come: by a curve with one peak, and by chance.</summary>
/// <param name="perDay">How many in a day.</param>
/// <param name="seed">Decides the chance.</param>
internal sealed class Arrivals(double perDay, int seed)
{
    /// <summary>How many times the mean the fullest hour of the curve is.</summary>
    public const double Peak = 1.8;

    private const double SecondsOfDay = 86_400;

    // Below this many an interval chance is drawn one by one; beyond it the normal distribution is as good.
    private const double FewEnough = 50;

    private readonly Random _random = new(seed);

    /// <summary>The mean a second: least at three at night, most at three in the afternoon.</summary>
    public double Rate(double second) =>
        perDay / SecondsOfDay * (1 + ((Peak - 1) * Math.Sin(2 * Math.PI * ((second / SecondsOfDay) - 0.375))));

    /// <summary>How many begin within so many seconds.</summary>
    public double Draw(double second, double seconds)
    {
        var mean = Rate(second + (seconds / 2)) * seconds;
        return mean > FewEnough ? Math.Max(0, mean + (Math.Sqrt(mean) * Normal())) : Poisson(mean);
    }

    private int Poisson(double mean)
    {
        var (count, left) = (0, Math.Exp(-mean));
        for (var product = _random.NextDouble(); product > left; product *= _random.NextDouble())
        {
            count++;
        }

        return count;
    }

    private double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}

/// <summary>How sessions are shared by tenants, by Zipf's law: the n-th has an n-th of what the first has.</summary>
internal sealed class Zipf
{
    private readonly double _sum;

    /// <summary>So many tenants.</summary>
    public Zipf(int count)
    {
        Count = count;
        // The sum of 1/n; beyond a million the logarithm is as good.
        const int Exact = 1_000_000;
        for (var rank = Math.Min(count, Exact); rank >= 1; rank--)
        {
            _sum += 1.0 / rank;
        }

        _sum += count > Exact ? Math.Log((double)count / Exact) : 0;
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>What part of all the tenant of this rank has; the first is 1.</summary>
    public double Share(int rank) => 1 / (rank * _sum);
}
