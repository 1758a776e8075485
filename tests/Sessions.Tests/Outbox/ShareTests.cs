using Microsoft.AspNetCore.Http;
using Sessions.Tests.Support;

namespace Sessions.Tests.Outbox;

/// <summary>What targets that hang, fail or have gone cost the others, and are asked.</summary>
public sealed class ShareTests : IAsyncLifetime
{
    private OutboxHouse _house = null!;
    private WebhookSink _first = null!;
    private WebhookSink _second = null!;

    public async Task InitializeAsync()
    {
        _house = await OutboxHouse.Start(new()
        {
            AllowLocal = true, Parallelism = 6, ParallelismPerAccount = 4, ParallelismPerHost = 2,
        });
        _first = await WebhookSink.Start();
        _second = await WebhookSink.Start();
    }

    public async Task DisposeAsync()
    {
        await _house.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task One_accounts_hanging_hosts_delay_no_other_accounts_events()
    {
        (_first.Answer, _second.Answer) = (Never, Never);
        var third = await WebhookSink.Start();
        third.Answer = Never;
        foreach (var sink in new[] { _first, _second, third })
        {
            for (var i = 0; i < 10; i++)
            {
                await _house.Tell(_house.Event($"s{sink.Url}{i}"[^8..].Replace(':', '-').Replace('/', '-'), sink.Url));
            }
        }

        await _house.Tell(_house.Event("others", account: "other"));

        Assert.Equal("31", (await _house.Sink.Next()).Body);
        Assert.InRange(_first.Count + _second.Count + third.Count, 0, 4);
        await third.DisposeAsync();
    }

    [Fact]
    public async Task A_target_that_keeps_failing_is_rested_and_then_probed_by_one()
    {
        _first.Answer = _ => Task.FromResult(500);
        for (var i = 0; i < 8; i++)
        {
            await _house.Commit(_house.Event($"s{i}", _first.Url));
        }

        await _house.App.DeliverDue();
        var failed = _first.Count;
        Assert.InRange(failed, 5, 6);
        await _house.DeliverAfter(TimeSpan.FromSeconds(20));
        Assert.Equal(failed, _first.Count);

        await _house.DeliverAfter(TimeSpan.FromSeconds(11));
        Assert.Equal(failed + 1, _first.Count);

        _first.Answer = _ => Task.FromResult(200);
        for (var i = 0; i < 10 && await _house.Waiting() is not []; i++)
        {
            await _house.DeliverAfter(TimeSpan.FromMinutes(2));
        }

        Assert.Empty(await _house.Waiting());
    }

    [Fact]
    public async Task A_target_says_when_it_wants_to_be_asked_again()
    {
        _first.Answer = context =>
        {
            context.Response.Headers.RetryAfter = "120";
            return Task.FromResult(429);
        };
        await _house.Commit(_house.Event(target: _first.Url));

        await _house.App.DeliverDue();
        Assert.Equal(_house.App.Clock.Now.AddSeconds(120), Assert.Single(await _house.Stored()).DueAt);
        await _house.DeliverAfter(TimeSpan.FromSeconds(119));
        Assert.Equal(1, _first.Count);
        _first.Answer = _ => Task.FromResult(200);
        await _house.DeliverAfter(TimeSpan.FromSeconds(1));

        Assert.Equal(2, _first.Count);
        Assert.Empty(await _house.Waiting());
    }

    [Fact]
    public async Task A_target_that_is_gone_is_sent_nothing_of_what_waits_for_it()
    {
        _first.Answer = _ => Task.FromResult(410);
        for (var i = 1; i < 9; i++)
        {
            await _house.Commit(_house.Event($"s{i}", _first.Url));
        }

        await _house.DeliverAfter(TimeSpan.FromSeconds(1));

        Assert.InRange(_first.Count, 1, 2);
        Assert.All(await _house.Stored(), document => Assert.Null(document.DueAt));
    }

    private static async Task<int> Never(HttpContext context)
    {
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
        return StatusCodes.Status200OK;
    }
}
