using Microsoft.AspNetCore.Http;
using Sessions.Tests.Support;

namespace Sessions.Tests.Outbox;

public sealed class SlowTargetTests : IAsyncLifetime
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private OutboxHouse _house = null!;
    private WebhookSink _slow = null!;

    public async Task InitializeAsync()
    {
        _house = await OutboxHouse.Start(new() { AllowLocal = true, ParallelismPerHost = 2, WaitingPerHost = 3 });
        _slow = await WebhookSink.Start();
        _slow.Answer = Never;
    }

    public async Task DisposeAsync()
    {
        await _house.DisposeAsync();
        await _slow.DisposeAsync();
    }

    [Fact]
    public async Task Another_target_gets_its_events_while_a_slow_one_keeps_its_callers_waiting()
    {
        for (var i = 0; i < 50; i++)
        {
            await _house.Tell(_house.Event($"s{i}", _slow.Url));
        }

        await _house.Tell(_house.Event("s1"));

        Assert.Equal("51", (await _house.Sink.Next()).Body);
        await _slow.Next();
        await _slow.Next();
        Assert.Equal(2, _slow.Count);
    }

    [Fact]
    public async Task The_same_session_tells_its_other_targets_all_the_same()
    {
        await _house.Tell(_house.Event("s1", _slow.Url));

        await _house.Tell(_house.Event("s1"));

        Assert.Equal("2", (await _house.Sink.Next()).Body);
    }

    [Fact]
    public async Task A_target_has_ten_seconds_and_then_counts_as_refusing()
    {
        await _house.Commit(_house.Event(target: _slow.Url));
        var run = _house.App.DeliverDue();
        await _slow.Next();

        _house.App.Clock.Advance(TimeSpan.FromSeconds(10));
        await run.WaitAsync(_patience);

        var due = _house.App.Clock.Now.AddSeconds(5);
        using var timeout = new CancellationTokenSource(_patience);
        while (Assert.Single(await _house.Stored()).DueAt != due && !timeout.IsCancellationRequested)
        {
            await Task.Yield();
        }

        Assert.Equal(due, Assert.Single(await _house.Stored()).DueAt);
    }

    [Fact]
    public async Task What_there_is_no_room_for_waits_in_the_store_and_comes_later()
    {
        for (var i = 0; i < 10; i++)
        {
            await _house.Commit(_house.Event($"s{i}", _slow.Url));
        }

        var run = _house.App.DeliverDue();
        await _slow.Next();
        await _slow.Next();
        _slow.Answer = _ => Task.FromResult(200);
        _house.App.Clock.Advance(TimeSpan.FromSeconds(10));
        await run;

        for (var i = 0; i < 20 && _slow.Count < 12; i++)
        {
            await _house.DeliverAfter(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(12, _slow.Count);
        Assert.Empty(await _house.Waiting());
    }

    [Fact]
    public async Task An_endless_answer_costs_nothing()
    {
        _slow.Answer = async context =>
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            var chunk = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            }

            return StatusCodes.Status200OK;
        };
        await _house.Commit(_house.Event(target: _slow.Url));

        await _house.App.DeliverDue();

        Assert.Empty(await _house.Waiting());
    }

    private static async Task<int> Never(HttpContext context)
    {
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
        return StatusCodes.Status200OK;
    }
}
