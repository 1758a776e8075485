using Sessions.Lifecycle;

namespace Sessions.Storage;

/// <summary>
/// Waits out those of other processes who write the same document: the one place where anything is tried again because
/// somebody else was faster.
/// </summary>
public sealed class Contention(TimeProvider time, IIdSource ids)
{
    // A first loser is seldom a second one, so the first tries follow each other at once.
    private const int AtOnce = 3;

    private static readonly TimeSpan _budget = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a caller should wait whose time ran out.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Tries until it succeeds, or until the time is over.</summary>
    /// <param name="attempt">
    /// Reads, decides and commits; null when somebody else was faster and nothing was written. Told whether it is the
    /// first try.
    /// </param>
    /// <param name="cancellation">Ends the tries.</param>
    /// <exception cref="StoreFaultException">Others were faster for five seconds. Nothing was written.</exception>
    public async ValueTask<T> WaitOut<T>(Func<bool, ValueTask<T?>> attempt, CancellationToken cancellation)
        where T : class
    {
        var start = time.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            if (await attempt(tries == 1) is { } done)
            {
                return done;
            }

            if (time.GetElapsedTime(start) > _budget)
            {
                throw new StoreFaultException(StoreOutcome.PreconditionFailed, Pause);
            }

            if (tries >= AtOnce)
            {
                await Task.Delay(PauseAfter(tries), time, cancellation);
            }
        }
    }

    // Between nothing and twice as much as the last time, so that those who met once do not meet again.
    private TimeSpan PauseAfter(int tries)
    {
        var longest = Math.Min(1 << Math.Min(tries - AtOnce, 10), (int)_longestPause.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(1 + (ids.Next().ToByteArray()[0] * longest / byte.MaxValue));
    }
}
