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

    private async Task ReadUntil(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await _store!.Read("partition", "absent", CancellationToken.None);
        }
    }
}
