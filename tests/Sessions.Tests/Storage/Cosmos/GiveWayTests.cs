using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>What can wait leaves room for what somebody waits for.</summary>
public sealed class GiveWayTests : IAsyncDisposable
{
    private CosmosDocumentStore? _store;

    public ValueTask DisposeAsync()
    {
        _store?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Timers_get_a_tenth_even_while_users_take_all_there_is()
    {
        _store = await CosmosStandIn.OpenStore(
            new FakeClock(), null, settings => settings with { UnitsPerSecond = 400 });
        using var over = new CancellationTokenSource();
        var users = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReadUntil(over.Token))));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        foreach (var _ in Enumerable.Range(0, 8))
        {
            await _store.GiveWay([new Write.Delete("one")], patience.Token);
        }

        await over.CancelAsync();
        await users;
    }

    [Fact]
    public async Task What_waits_goes_by_what_it_costs_and_not_by_what_was_expected()
    {
        const double PerSecond = 1000;
        const double Page = 340;
        var clock = new FakeClock();
        var load = new CosmosLoad(PerSecond, clock: clock);
        var taken = 0.0;
        var wait = load.Wait(0, 0, default).AsTask();
        for (var tick = 0; tick < 1200; tick++)
        {
            load.Took(PerSecond / 20);
            for (; wait.IsCompleted; wait = load.Wait(0, 0, default).AsTask())
            {
                await wait;
                load.Took(Page, hasGivenWay: true);
                taken += Page;
            }

            clock.Advance(TimeSpan.FromSeconds(0.05));
        }

        Assert.InRange(taken, 0.1 * 60 * PerSecond, 0.3 * 60 * PerSecond);
    }

    private async Task ReadUntil(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await _store!.Read("partition", "absent", CancellationToken.None);
        }
    }
}
