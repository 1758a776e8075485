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

            for (var i = 0; i < 20 && !work.IsCompleted && started == clock.TimersStarted; i++)
            {
                await Task.WhenAny(work, Task.Delay(1));
            }
        }

        return await work;
    }
}
