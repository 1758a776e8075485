using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http.Limits;
using Sessions.Lifecycle;
using Sessions.Tests.Support;

namespace Sessions.Tests.Health;

/// <summary>What clients see of a store that is slow and yet well.</summary>
public sealed class SlowStoreTests : IAsyncLifetime
{
    private const int Clients = 10;
    private static readonly TimeSpan _glance = TimeSpan.FromMilliseconds(100);

    // What the guard goes by, which is no clock of the sessions.
    private readonly FakeClock _real = new();
    private IllHouse _house = null!;

    private IllStore Store => _house.Store;

    public async Task InitializeAsync() =>
        _house = await IllHouse.Start(services => services.AddSingleton(new RealTime(_real)), asked: 0);

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task It_is_not_given_up_again_once_it_was_seen_to_answer_after_all()
    {
        // Given a store that takes a second over ten reads, which looks like one that hangs.
        await _house.Ask(times: 100);
        var (first, answer) = await Ask();
        Pass(10 * _glance);
        Assert.All(await first, reply => Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.Status));

        // When it answers after all, and a call is let through again,
        await answer();
        Pass(5 * _glance);
        Store.Slowness = null;
        (await _house.Ask()).Is(HttpStatusCode.OK);

        // Then the next ten are waited for, as long.
        (var next, answer) = await Ask();
        Pass(10 * _glance);
        await answer();
        Assert.All(await next, reply => reply.Is(HttpStatusCode.OK));
    }

    [Fact]
    public async Task What_a_start_took_is_no_measure_of_what_it_takes()
    {
        var (starting, answer) = await Ask();
        Pass(10 * _glance);
        await answer();
        Assert.All(await starting, reply => reply.Is(HttpStatusCode.OK));
        Store.Slowness = null;
        await _house.Ask(times: 100);

        var (replies, _) = await Ask();
        Pass(10 * _glance);

        Assert.All(await replies, reply => Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.Status));
    }

    [Fact]
    public async Task One_that_hangs_once_it_has_answered_at_once_some_times_is_given_up_as_soon_as_ever()
    {
        await _house.Ask(times: 20);
        var (replies, _) = await Ask();

        Pass(9 * _glance);

        Assert.All(await replies, reply => Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.Status));
    }

    [Fact]
    public async Task One_that_hangs_from_the_start_is_given_up_though_later()
    {
        var (replies, _) = await Ask();
        Pass(19 * _glance);
        Assert.False(replies.IsCompleted);

        Pass(4 * _glance);

        Assert.All(await replies, reply => Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.Status));
    }

    [Fact]
    public async Task While_it_answers_no_reads_a_commit_that_waits_alone_is_given_up_too()
    {
        var (replies, write) = await AskBesideACommit(behind: 100);
        Pass(10 * _glance);
        Assert.All(await replies, reply => Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.Status));
        Pass(10 * _glance);

        Assert.Equal("1", (await write).Is(HttpStatusCode.ServiceUnavailable).Headers["Retry-After"]);
    }

    [Fact]
    public async Task What_it_refuses_meanwhile_is_no_sign_that_it_answers()
    {
        await _house.Ask(times: 100);
        var (replies, _) = await Ask();
        Pass(5 * _glance);
        Store.Slowness = null;
        Store.Illness = IllStore.Refuses;
        (await _house.Ask()).Is(HttpStatusCode.ServiceUnavailable);
        Store.Illness = null;

        Pass(4 * _glance);

        Assert.All(await replies, reply => Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.Status));
    }

    [Fact]
    public async Task Readiness_stands_behind_no_request_that_waits()
    {
        await _house.DisposeAsync();
        _house = await IllHouse.Start(
            services => services
                .AddSingleton(new RealTime(_real)).AddSingleton(new LimitSettings { Requests = 1 }),
            asked: 0);
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Store.Calls;
        Store.Slowness = () => slow.Task;
        var working = _house.Ask();
        await Until(() => Store.Calls > calls);
        Store.Slowness = null;
        var waiting = _house.Ask();

        using var client = _house.App.Anonymous();
        using var ready = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.False(waiting.IsCompleted);
        slow.SetResult();
        Assert.All(await Task.WhenAll(working, waiting), reply => reply.Is(HttpStatusCode.OK));
    }

    [Fact]
    public async Task A_commit_that_waits_as_long_as_the_reads_is_given_up_with_them()
    {
        var (replies, write) = await AskBesideACommit(behind: 20);

        Pass(8 * _glance);

        Assert.All(await replies, reply => Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.Status));
        (await write.WaitAsync(TimeSpan.FromSeconds(20))).Is(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task What_is_tried_while_it_is_ill_is_given_up_sooner_and_tried_again_soon()
    {
        await _house.Ask(times: 100);
        var (replies, _) = await Ask();
        Pass(8 * _glance);
        Assert.All(await replies, reply => Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.Status));
        Pass(3 * _glance);
        var calls = Store.Calls;
        var tried = _house.Ask();
        await Until(() => Store.Calls == calls + 1);
        Store.Slowness = null;

        Pass(6 * _glance);
        (await tried.WaitAsync(TimeSpan.FromSeconds(20))).Is(HttpStatusCode.ServiceUnavailable);
        Pass(3 * _glance);

        (await _house.Ask()).Is(HttpStatusCode.OK);
    }

    // Ten reads at once, and what lets the store answer them.
    // Reads that wait, and a commit, behind so many that went well.
    private async Task<(Task<ApiReply[]> Replies, Task<ApiReply> Write)> AskBesideACommit(int behind)
    {
        await _house.Ask(times: 100);
        for (var i = 0; i < behind; i++)
        {
            (await _house.Proxy.Post(_house.Service, ("CallbackUrl", ""))).Is(HttpStatusCode.OK);
        }

        // What went well longer than a second ago says nothing any more.
        Pass(12 * _glance);
        var calls = Store.Calls;
        var (replies, _) = await Ask();
        var write = _house.Proxy.Post("/v1/Services", ("UniqueName", "another"));
        await Until(() => Store.Calls == calls + Clients + 1);
        return (replies, write);
    }

    private async Task<(Task<ApiReply[]> Replies, Func<Task> Answer)> Ask()
    {
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (calls, answered) = (Store.Calls, Store.Answered);
        Store.Slowness = () => slow.Task;
        var replies = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => _house.Ask()))
            .WaitAsync(TimeSpan.FromSeconds(20));
        await Until(() => Store.Calls == calls + Clients);
        return (replies, async () =>
        {
            slow.SetResult();
            await Until(() => Store.Answered == answered + Clients);
        });
    }

    private static async Task Until(Func<bool> done)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!done())
        {
            await Task.Delay(1, timeout.Token);
        }
    }

    private void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += _glance)
        {
            _real.Advance(_glance);
        }
    }
}
