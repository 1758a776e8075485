namespace Sessions.Tests.Support;

public sealed class FakeClockTests
{
    private readonly FakeClock clock = new();
    private readonly List<TimeSpan> fired = [];

    [Fact]
    public void Timers_fire_in_due_order_and_see_their_own_moment()
    {
        using var late = After(2, Timeout.InfiniteTimeSpan);
        using var early = After(1, Timeout.InfiniteTimeSpan);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], fired);
        Assert.Equal(TimeSpan.FromSeconds(3), clock.GetElapsedTime(0));
    }

    [Fact]
    public void A_periodic_timer_fires_once_for_each_period_until_disposed()
    {
        using (After(1, TimeSpan.FromSeconds(2)))
        {
            clock.Advance(TimeSpan.FromSeconds(5));
        }

        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([1, 3, 5], fired.Select(moment => (int)moment.TotalSeconds));
    }

    [Fact]
    public void Setting_it_back_moves_the_wall_clock_but_fires_and_delays_nothing()
    {
        using var timer = After(1, Timeout.InfiniteTimeSpan);
        var before = clock.Now;
        clock.Now = before.AddHours(-1);
        Assert.Empty(fired);
        Assert.Equal(before.AddHours(-1), clock.GetUtcNow());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(fired);
    }

    [Fact]
    public async Task A_delay_ends_when_its_time_has_come()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(1), clock);
        clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.False(delay.IsCompleted);
        clock.Now = clock.Now.AddTicks(1);
        await delay;
    }

    private ITimer After(int seconds, TimeSpan period) =>
        clock.CreateTimer(_ => fired.Add(clock.GetElapsedTime(0)), null, TimeSpan.FromSeconds(seconds), period);
}
