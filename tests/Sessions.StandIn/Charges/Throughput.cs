namespace Sessions.StandIn.Charges;

/// <summary>
/// The request units that a partition, physical or logical, may use in a second. A request is let in while some are
/// left, whatever it turns out to cost; what it takes too much the next ones wait for.
/// https://learn.microsoft.com/azure/cosmos-db/concepts-limits: serverless has 5,000 a second for each partition
/// </summary>
internal sealed class Throughput(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private double _perSecond = double.PositiveInfinity;
    private double _left = double.PositiveInfinity;
    private long _filled = clock.GetTimestamp();

    /// <summary>One that has so many a second.</summary>
    public static Throughput Of(double perSecond)
    {
        var made = new Throughput(TimeProvider.System);
        made.Set(perSecond);
        return made;
    }

    /// <summary>Gives it so many a second from now on; infinite for no limit.</summary>
    public void Set(double perSecond)
    {
        lock (_gate)
        {
            (_perSecond, _left, _filled) = (perSecond, perSecond, clock.GetTimestamp());
        }
    }

    /// <summary>Lets a request in, or says when it should come again.</summary>
    /// <returns>How many are left in this second.</returns>
    /// <exception cref="ServiceException">429, with a delay.</exception>
    public double Admit()
    {
        lock (_gate)
        {
            if (double.IsPositiveInfinity(_perSecond))
            {
                // Without a limit nothing is counted: infinitely many in no time at all would be no number.
                return _perSecond;
            }

            var now = clock.GetTimestamp();
            _left = Math.Min(_perSecond, _left + (_perSecond * clock.GetElapsedTime(_filled, now).TotalSeconds));
            _filled = now;
            return _left > 0
                ? _left
                : throw new ServiceException(429, "Request rate is large. More Request Units may be needed.", 3200)
                {
                    RetryAfter = TimeSpan.FromSeconds(-_left / _perSecond) + TimeSpan.FromMilliseconds(1),
                };
        }
    }

    /// <summary>Takes what a request has cost.</summary>
    public void Take(double units)
    {
        lock (_gate)
        {
            _left -= units;
        }
    }
}
