using System.Net;
using Microsoft.Extensions.DependencyInjection;
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
        _house = await IllHouse.Start(services => services.AddSingleton(new RealTime(_real)));

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task It_is_not_given_up_again_once_it_was_seen_to_answer_after_all()
    {
        // Given a store that takes a second over ten reads, which looks like one that hangs.
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

    // Ten reads at once, and what lets the store answer them.
    private async Task<(Task<ApiReply[]> Replies, Func<Task> Answer)> Ask()
    {
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (calls, answered) = (Store.Calls, Store.Answered);
        Store.Slowness = () => slow.Task;
        var replies = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => _house.Ask()));
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
