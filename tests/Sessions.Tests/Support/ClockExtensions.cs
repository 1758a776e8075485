namespace Sessions.Tests.Support;

internal static class ClockExtensions
{
    private static readonly TimeSpan _longestWait = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Moves time on until the work is done: from timer to timer, each time giving what was woken the chance to set
    /// its next one. Timers that are far off are not waited for.
    /// </summary>
    public static async Task<T> AdvanceUntil<T>(this FakeClock clock, Task<T> work)
    {
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
                await Task.WhenAny(work, Task.Delay(1));
            }
        }

        return await work;
    }
}
