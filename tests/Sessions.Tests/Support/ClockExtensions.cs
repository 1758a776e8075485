namespace Sessions.Tests.Support;

internal static class ClockExtensions
{
    private static readonly TimeSpan _longestWait = TimeSpan.FromMinutes(1);

    // How often what is at work may look about before time moves at all: it may need none.
    private const int Grace = 5;

    // A store takes longer only where it waits for the clock.
    private static readonly TimeSpan _longestHeld = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Moves time on until the work is done: from timer to timer, each time giving what was woken the chance to set
    /// its next one, and the store the time to answer. Timers that are far off are not waited for; what comes without
    /// time is.
    /// </summary>
    public static async Task<T> AdvanceUntil<T>(this FakeClock clock, Task<T> work)
    {
        for (var i = 0; i < Grace && !work.IsCompleted; i++)
        {
            await clock.Pause(work);
        }

        while (!work.IsCompleted)
        {
            var started = clock.TimersStarted;
            if (clock.UntilNext is { } next && next < _longestWait)
            {
                clock.Advance(next);
            }

            // Whoever waited for this moment comes to do what he waited for, before there is another.
            for (var i = 0;
                i < 20 && !work.IsCompleted
                && (i == 0 || started == clock.TimersStarted || ThreadPool.PendingWorkItemCount > 0);
                i++)
            {
                await clock.Pause(work);
            }
        }

        return await work;
    }

    // A moment in which the clock stands still, and a longer one while it is held.
    private static async Task Pause(this FakeClock clock, Task work)
    {
        await Task.WhenAny(work, Task.Delay(1));
        for (var began = Environment.TickCount64;
            clock.IsHeld && !work.IsCompleted && Environment.TickCount64 - began < _longestHeld.TotalMilliseconds;)
        {
            await Task.WhenAny(work, Task.Delay(1));
        }
    }
}
