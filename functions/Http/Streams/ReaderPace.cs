using Sessions.Lifecycle;

namespace Sessions.Http.Streams;

/// <summary>How long a reader may take to take what it was sent.</summary>
/// <param name="Longest">The longest for one piece.</param>
/// <param name="End">When it is over in any case.</param>
/// <param name="Time">The clock.</param>
/// <param name="Real">
/// What a network is waited for by, also where a test moves the clock that documents live by.
/// </param>
internal sealed record ReaderPace(TimeSpan Longest, DateTimeOffset End, TimeProvider Time, RealTime Real)
{
    private static readonly TimeSpan _least = TimeSpan.FromSeconds(1);

    /// <summary>Whether the reader has taken it in time.</summary>
    public async Task<bool> Takes(Task sent, CancellationToken aborted)
    {
        if (sent.IsCompletedSuccessfully)
        {
            return true;
        }

        var left = End - Time.GetUtcNow();
        var patience = left < _least ? _least : left < Longest ? left : Longest;
        try
        {
            // A flush that is cancelled would take the connection with it, and the place to resume from.
            await Awaiting.EndsOf([sent], patience, Real.Clock, aborted);
        }
        catch (TimeoutException)
        {
            return false;
        }

        await sent;
        return true;
    }
}
