using Microsoft.Extensions.DependencyInjection;
using Sessions.Outbox;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

internal static class OutboxQuiet
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Waits until no more than so many events are left in the outbox. A clock that is moved before would make an event
    /// that a sink has just taken look as if the sink had not answered in time.
    /// </summary>
    public static async Task EventsLeft(this SessionsApp app, int left)
    {
        using var timeout = new CancellationTokenSource(_patience);
        while (await EventsPending(app, timeout.Token) > left)
        {
            await Task.Yield();
        }
    }

    /// <summary>Waits until nothing is on its way: what is left waits for its next attempt.</summary>
    public static async Task NothingOnItsWay(this SessionsApp app)
    {
        using var timeout = new CancellationTokenSource(_patience);
        var lanes = app.Services.GetRequiredService<WaitingLanes>();
        while (!lanes.AreAtRest)
        {
            await Task.Delay(1, timeout.Token);
        }
    }

    /// <summary>
    /// Waits until the only event that is left waits for its next attempt, and the look at it is set; gives how long
    /// that is.
    /// </summary>
    public static async Task<TimeSpan> NextAttempt(this SessionsApp app)
    {
        using var timeout = new CancellationTokenSource(_patience);
        while (true)
        {
            var waiting = await app.Store.ReadDue(
                new(["outbox/event"], app.Clock.Now.AddYears(1), 2), timeout.Token);
            if (waiting.Value is [var one]
                && (await app.Store.ReadFound(one, timeout.Token)).Value?.DueAt - app.Clock.Now is { } pause
                && pause == app.Clock.UntilNext)
            {
                return pause;
            }

            await Task.Delay(10, timeout.Token);
        }
    }

    /// <summary>How many events are in the outbox.</summary>
    public static async Task<int> EventsPending(this SessionsApp app, CancellationToken cancellation = default)
    {
        var ever = app.Clock.Now.AddYears(1);
        return (await app.Store.ReadDue(new(["outbox/event"], ever, 100), cancellation)).Value!.Count;
    }
}
