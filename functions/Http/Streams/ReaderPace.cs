using Sessions.Http.Accounts;
using Sessions.Http.Limits;
using Sessions.Lifecycle;

namespace Sessions.Http.Streams;

/// <summary>How long a reader may take to take what it was sent.</summary>
/// <param name="Longest">The longest for one piece.</param>
/// <param name="End">When it is over in any case.</param>
/// <param name="Time">The clock.</param>
/// <param name="Real">
/// What a network is waited for by, also where a test moves the clock that documents live by.
/// </param>
/// <param name="Held">Takes note of what is held while the reader is waited for.</param>
/// <param name="Account">The reader's account.</param>
internal sealed record ReaderPace(
    TimeSpan Longest, DateTimeOffset End, TimeProvider Time, RealTime Real, HeldBytes Held, Account Account)
{
    private static readonly TimeSpan _least = TimeSpan.FromSeconds(1);

    // What goes out at a network's pace is none of the readers that are waited for.
    private static readonly TimeSpan _moment = TimeSpan.FromSeconds(0.5);

    /// <summary>Whether the reader has taken it in time, and there was room for what it had not.</summary>
    public async Task<bool> Takes(Task sent, CancellationToken aborted)
    {
        var left = End - Time.GetUtcNow();
        var patience = left < _least ? _least : left < Longest ? left : Longest;
        var moment = patience < _moment ? patience : _moment;
        if (await Ends(sent, moment, aborted))
        {
            return true;
        }

        using var held = Held.Unsent(Account);
        return held is not null && await Ends(sent, patience - moment, aborted);
    }

    private async Task<bool> Ends(Task sent, TimeSpan patience, CancellationToken aborted)
    {
        if (sent.IsCompletedSuccessfully)
        {
            return true;
        }

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
