using System.Collections.Concurrent;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.Limits;
using Sessions.Lifecycle;
using Sessions.Tests.Support;

namespace Sessions.Tests.Limits;

/// <summary>Who is worked on next.</summary>
public sealed class SharesTests
{
    private static readonly Caller _anna = new(new Account("a", "", "", new(""))) { Id = "anna" };
    private static readonly Caller _otto = _anna with { Id = "otto" };
    private static readonly Caller _bob = new(new Account("b", "", "", new(""))) { Id = "bob" };

    private readonly FakeClock _clock = new();
    private readonly Shares _shares;

    public SharesTests() => _shares = New(new());

    [Fact]
    public async Task Who_is_alone_has_all_of_it()
    {
        for (var i = 0; i < 900; i++)
        {
            _ = await Enter(_anna);
        }
    }

    [Fact]
    public async Task Another_enters_at_once_however_many_are_under_way_and_the_first_waits_from_then_on()
    {
        var many = new List<Shares.Share>();
        for (var i = 0; i < 300; i++)
        {
            many.Add(await Enter(_anna));
        }

        _ = await Enter(_bob);
        var waiting = Enter(_anna);
        Assert.False(waiting.IsCompleted);

        many.ForEach(share => share.Dispose());
        _ = await waiting;
    }

    [Fact]
    public async Task When_the_other_has_gone_for_a_second_all_of_it_is_there_again()
    {
        (await Enter(_bob)).Dispose();
        _clock.Advance(TimeSpan.FromSeconds(2));
        await Who_is_alone_has_all_of_it();
    }

    [Fact]
    public async Task Whoever_has_fewer_under_way_is_next_and_callers_of_one_account_take_turns()
    {
        var shares = New(new() { Requests = 2 });
        using var other = await shares.Enter(_bob, CancellationToken.None);
        var first = await shares.Enter(_anna, CancellationToken.None);
        var order = new List<string>();
        var annas = Enumerable.Range(0, 3).Select(_ => Note(shares, _anna, order)).ToList();
        var otto = Note(shares, _otto, order);

        first.Dispose();
        await Task.WhenAll([.. annas, otto]);

        Assert.Equal(["anna", "otto", "anna", "anna"], order);
    }

    [Fact]
    public async Task Too_many_who_wait_are_refused_and_so_is_who_waits_for_too_long()
    {
        var shares = New(new() { Requests = 1, Waiting = 4 });
        using var under = await shares.Enter(_anna, CancellationToken.None);
        var waiting = shares.Enter(_anna, CancellationToken.None).AsTask();
        var also = shares.Enter(_otto, CancellationToken.None).AsTask();

        var refused = await Assert.ThrowsAsync<RefusedException>(
            async () => await shares.Enter(_anna, CancellationToken.None));
        _clock.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<RefusedException>(() => waiting);
        await Assert.ThrowsAsync<RefusedException>(() => also);

        Assert.Equal(TimeSpan.FromSeconds(1), refused.Refusal.RetryAfter);
        var again = shares.Enter(_anna, CancellationToken.None).AsTask();
        under.Dispose();
        _ = await again;
    }

    [Fact]
    public async Task Who_goes_away_while_waiting_takes_no_place()
    {
        var shares = New(new() { Requests = 1 });
        var under = await shares.Enter(_anna, CancellationToken.None);
        using var gone = new CancellationTokenSource();
        var leaving = shares.Enter(_anna, gone.Token).AsTask();
        var staying = shares.Enter(_anna, CancellationToken.None).AsTask();

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        under.Dispose();

        _ = await staying;
    }

    [Fact]
    public async Task Work_without_a_wait_keeps_its_place_until_others_have_had_a_thread()
    {
        var thread = new QueuedWork();
        thread.Run(() => _ = Work(_bob));

        List<Task> annas = [];
        thread.Run(() => annas.AddRange(Enumerable.Range(0, 100).Select(_ => Work(_anna))));

        Assert.InRange(annas.Count(one => one.IsCompleted), 1, 4 * Environment.ProcessorCount);
        while (!Task.WhenAll(annas).IsCompletedSuccessfully)
        {
            thread.RunAll();
            await Task.Yield();
        }
    }

    [Fact]
    public void While_the_processors_have_time_more_are_worked_on_at_once_and_few_when_work_waits_for_a_thread()
    {
        var size = new ShareSize(16, 1000);
        Look(size, TimeSpan.FromMilliseconds(0.01), times: 200);
        Assert.InRange(size.Value, 500, 1000);
        Assert.Equal(TimeSpan.Zero, size.PauseAfter(TimeSpan.FromMilliseconds(2)));

        Look(size, TimeSpan.FromMilliseconds(5), times: 50);

        Assert.Equal(1, size.Value);
        Assert.Equal(TimeSpan.FromMilliseconds(6), size.PauseAfter(TimeSpan.FromMilliseconds(2)));
    }

    // A request that had waited for seconds, for a disk or for another, made the next one wait three times as long.
    [Fact]
    public void However_long_one_took_the_next_one_waits_for_moments()
    {
        var size = new ShareSize(16, 1000);
        Look(size, TimeSpan.FromMilliseconds(5), times: 50);

        Assert.Equal(TimeSpan.FromMilliseconds(20), size.PauseAfter(TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void What_nobody_waits_for_does_not_grow()
    {
        var size = new ShareSize(16, 1000);

        size.Saw(TimeSpan.Zero, isWanted: false);

        Assert.Equal(16, size.Value);
    }

    private static void Look(ShareSize size, TimeSpan lag, int times)
    {
        for (var i = 0; i < times; i++)
        {
            size.Saw(lag, isWanted: true);
        }
    }

    private async Task Work(Caller caller)
    {
        using var share = await Enter(caller);
    }

    private static async Task Note(Shares shares, Caller caller, List<string> order)
    {
        using var share = await shares.Enter(caller, CancellationToken.None);
        order.Add(caller.Id);
    }

    private Shares New(LimitSettings settings) => new(settings, _clock, RealTime.OfTheMachine);

    private ValueTask<Shares.Share> Enter(Caller caller) => _shares.Enter(caller, CancellationToken.None);

    // A thread that does one thing after the other, and what has come meanwhile when it is told to.
    private sealed class QueuedWork : SynchronizationContext
    {
        private readonly ConcurrentQueue<(SendOrPostCallback Work, object? State)> _queue = [];

        public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

        public void Run(Action work)
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                work();
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }

        public void RunAll() => Run(() =>
        {
            while (_queue.TryDequeue(out var next))
            {
                next.Work(next.State);
            }
        });
    }
}
