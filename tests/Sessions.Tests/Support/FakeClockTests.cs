namespace Sessions.Tests.Support;

public sealed class FakeClockTests
{
    private readonly FakeClock _clock = new();
    private readonly List<TimeSpan> _fired = [];

    [Fact]
    public void Timers_fire_in_due_order_and_see_their_own_moment()
    {
        using var late = After(2, Timeout.InfiniteTimeSpan);
        using var early = After(1, Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], _fired);
        Assert.Equal(TimeSpan.FromSeconds(3), _clock.GetElapsedTime(0));
    }

    [Fact]
    public void A_periodic_timer_fires_once_for_each_period_until_disposed()
    {
        using (After(1, TimeSpan.FromSeconds(2)))
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
        }

        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([1, 3, 5], _fired.Select(moment => (int)moment.TotalSeconds));
    }

    [Fact]
    public void Setting_it_back_moves_the_wall_clock_but_fires_and_delays_nothing()
    {
        using var timer = After(1, Timeout.InfiniteTimeSpan);
        var before = _clock.Now;
        _clock.Now = before.AddHours(-1);
        Assert.Empty(_fired);
        Assert.Equal(before.AddHours(-1), _clock.GetUtcNow());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(_fired);
    }

    [Fact]
    public async Task A_delay_ends_when_its_time_has_come()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(1), _clock);
        _clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.False(delay.IsCompleted);
        _clock.Now = _clock.Now.AddTicks(1);
        await delay;
    }

    [Fact]
    public async Task No_time_goes_by_for_what_comes_without_it()
    {
        using var timer = After(1, Timeout.InfiniteTimeSpan);
        var came = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        ThreadPool.QueueUserWorkItem(_ => came.SetResult(1));

        Assert.Equal(1, await _clock.AdvanceUntil(came.Task));

        Assert.Empty(_fired);
    }

    [Fact]
    public async Task No_time_goes_by_while_something_is_at_work_that_holds_the_clock()
    {
        using var timer = After(1, Timeout.InfiniteTimeSpan);
        var answer = new TaskCompletionSource<int>();
        Task<int> work;
        using (_clock.Hold())
        {
            work = _clock.AdvanceUntil(answer.Task);
            await Task.Delay(50);
            Assert.Empty(_fired);
        }

        await Expect.Soon(() => Task.FromResult(_fired.Count == 1));

        answer.SetResult(1);
        Assert.Equal(1, await work);
    }

    [Fact]
    public async Task No_time_goes_by_while_a_thread_is_at_work_that_holds_the_clock_but_while_it_waits()
    {
        using var timer = After(1, Timeout.InfiniteTimeSpan);
        var isDone = false;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = Task.Run(async () =>
        {
            _clock.HoldWhileAtWork();
            begun.SetResult();
            SpinWait.SpinUntil(() => Volatile.Read(ref isDone));
            await answer.Task;
        });
        await begun.Task;
        var work = _clock.AdvanceUntil(answer.Task);
        await Task.Delay(50);
        Assert.Empty(_fired);

        Volatile.Write(ref isDone, true);
        await Expect.Soon(() => Task.FromResult(_fired.Count == 1));

        answer.SetResult(1);
        Assert.Equal(1, await work);
        await asked;
    }

    private ITimer After(int seconds, TimeSpan period) =>
        _clock.CreateTimer(_ => _fired.Add(_clock.GetElapsedTime(0)), null, TimeSpan.FromSeconds(seconds), period);
}
