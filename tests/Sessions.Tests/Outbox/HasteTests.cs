using Sessions.Outbox;

namespace Sessions.Tests.Outbox;

/// <summary>Events that are worth something for a while only.</summary>
public sealed class HasteTests : IAsyncLifetime
{
    private OutboxHouse _house = null!;

    public async Task InitializeAsync() => _house = await OutboxHouse.Start();

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task An_event_in_haste_is_tried_again_within_seconds_without_the_timer_and_not_before_its_target_asks()
    {
        var answers = new Queue<(int Status, string? RetryAfter)>([(503, null), (503, "4"), (204, null)]);
        _house.Sink.Answer = context =>
        {
            var (status, retryAfter) = answers.Dequeue();
            context.Response.Headers.RetryAfter = retryAfter;
            return Task.FromResult(status);
        };
        await _house.Tell(Hasty());

        await _house.Sink.Next();
        Assert.Equal(TimeSpan.FromSeconds(1), await NextAttempt());
        _house.App.Clock.Advance(TimeSpan.FromSeconds(1));
        await _house.Sink.Next();
        Assert.Equal(TimeSpan.FromSeconds(4), await NextAttempt());
        _house.App.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(2, _house.Sink.Count);
        _house.App.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("1", (await _house.Sink.Next()).Body);
        Assert.Equal(Verdict.Taken, (await Settled(1))[0].Verdict);
    }

    [Fact]
    public async Task An_event_that_nobody_wants_any_more_at_its_time_is_dropped_and_the_next_one_goes()
    {
        var late = _house.Event() with { Until = _house.App.Clock.Now };
        await _house.Commit(late);
        await _house.Commit(_house.Event());

        await _house.App.DeliverDue();

        Assert.Equal("2", (await _house.Sink.Next()).Body);
        Assert.Equal((late.Id, Verdict.Dropped), (await Settled(2))[0]);
        Assert.Equal(1, _house.Sink.Count);
        Assert.Empty(await _house.Waiting());
    }

    [Fact]
    public async Task An_event_that_fails_up_to_its_time_is_dropped_and_not_kept_as_failed()
    {
        _house.Sink.Answer = _ => Task.FromResult(503);
        await _house.Commit(_house.Event() with { Until = _house.App.Clock.Now.AddSeconds(4) });

        await _house.App.DeliverDue();

        Assert.Equal(1, _house.Sink.Count);
        Assert.Equal(Verdict.Dropped, (await Settled(1))[0].Verdict);
        Assert.Empty(await _house.Stored());
    }

    [Fact]
    public async Task What_its_sender_does_not_want_any_more_is_not_sent_again()
    {
        _house.Sink.Answer = _ => Task.FromResult(503);
        await _house.Commit(_house.Event());
        await _house.App.DeliverDue();
        _house.IsWanted = told => told.Attempts < 2;

        await _house.DeliverAfter(TimeSpan.FromSeconds(5));

        Assert.Equal(Verdict.Dropped, (await Settled(1))[0].Verdict);
        Assert.Equal(1, _house.Sink.Count);
        Assert.Empty(await _house.Stored());
    }

    [Fact]
    public async Task The_sender_is_told_that_a_target_is_gone()
    {
        _house.Sink.Answer = _ => Task.FromResult(410);
        await _house.Commit(_house.Event());

        await _house.App.DeliverDue();

        Assert.Equal(Verdict.Gone, (await Settled(1))[0].Verdict);
    }

    private OutboxEvent Hasty() => _house.Event() with { LongestPause = TimeSpan.FromSeconds(5) };

    // The clock must not move before the failure is noted, and the look at it again is set.
    private async Task<TimeSpan?> NextAttempt()
    {
        for (var i = 0; i < 500 && await Due() != _house.App.Clock.UntilNext; i++)
        {
            await Task.Delay(10);
        }

        return await Due();
    }

    private async Task<TimeSpan?> Due() => Assert.Single(await _house.Stored()).DueAt - _house.App.Clock.Now;

    private async Task<IReadOnlyList<(string Id, Verdict Verdict)>> Settled(int count)
    {
        for (var i = 0; i < 500 && _house.Settled.Count() < count; i++)
        {
            await Task.Delay(10);
        }

        return [.. _house.Settled];
    }
}
