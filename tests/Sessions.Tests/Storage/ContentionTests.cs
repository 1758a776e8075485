using Sessions.Lifecycle;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage;

public sealed class ContentionTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public async Task What_succeeds_at_once_is_tried_once()
    {
        var tries = 0;

        Assert.Equal("done", await Contention().WaitOut(_ => Answer(++tries, atTry: 1), CancellationToken.None));

        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task The_first_tries_follow_each_other_without_a_pause()
    {
        var tries = 0;

        Assert.Equal("done", await Contention().WaitOut(_ => Answer(++tries, atTry: 3), CancellationToken.None));

        Assert.Equal(0, _clock.TimersStarted);
    }

    [Fact]
    public async Task Only_the_first_try_is_called_the_first()
    {
        List<bool> firsts = [];

        await Contention().WaitOut(
            first =>
            {
                firsts.Add(first);
                return Answer(firsts.Count, atTry: 3);
            },
            CancellationToken.None);

        Assert.Equal([true, false, false], firsts);
    }

    [Fact]
    public async Task After_five_seconds_it_is_a_fault_that_says_when_to_come_back()
    {
        var waiting = Contention().WaitOut(_ => ValueTask.FromResult<string?>(null), CancellationToken.None).AsTask();
        while (!waiting.IsCompleted)
        {
            _clock.Advance(_clock.UntilNext ?? TimeSpan.Zero);
            await Task.Yield();
        }

        var fault = await Assert.ThrowsAsync<StoreFaultException>(() => waiting);
        Assert.Equal((StoreOutcome.PreconditionFailed, TimeSpan.FromSeconds(1)), (fault.Outcome, fault.RetryAfter));
    }

    private static ValueTask<string?> Answer(int tries, int atTry) =>
        ValueTask.FromResult(tries == atTry ? "done" : null);

    private Contention Contention() => new(_clock, new RandomIds());
}
