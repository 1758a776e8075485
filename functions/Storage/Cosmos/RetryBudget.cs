namespace Sessions.Storage.Cosmos;

/// <summary>
/// How often requests are sent again that were not answered: one for every ten that were, and a few to begin with. So a
/// passing fault is not noticed, and a service that is down is not asked many times more than one that is up.
/// </summary>
internal sealed class RetryBudget(int most)
{
    private const int OfOne = 10;
    private int _tenths = Times(most);

    /// <summary>Takes note of a request that was answered.</summary>
    public void Answered()
    {
        if (Volatile.Read(ref _tenths) < Times(most))
        {
            Interlocked.Increment(ref _tenths);
        }
    }

    /// <summary>Whether one more may be sent again.</summary>
    public bool TryTake()
    {
        if (Interlocked.Add(ref _tenths, -OfOne) >= 0)
        {
            return true;
        }

        Interlocked.Add(ref _tenths, OfOne);
        return false;
    }

    private static int Times(int count) => (int)Math.Min((long)count * OfOne, int.MaxValue / 2);
}
