using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Outbox;

/// <summary>Events of a process that was killed after it had written them.</summary>
public sealed class LeftEventsTests
{
    [Fact]
    public async Task What_was_left_is_sent_within_two_seconds_of_its_lease_without_the_timer()
    {
        await using var house = await OutboxHouse.Start();
        using var watching = await Watch(house);
        var leasedUntil = house.App.Clock.Now + OutboxHouse.Lease;
        await house.Commit(house.Event(), house.App.Clock.Now);
        await Look(house);

        house.App.Clock.Now = leasedUntil - TimeSpan.FromTicks(1);
        Assert.Equal(0, house.Sink.Count);
        house.App.Clock.Now = leasedUntil + TimeSpan.FromSeconds(2);

        Assert.Equal("1", (await house.Sink.Next()).Body);
    }

    [Fact]
    public async Task Where_watching_is_free_what_was_left_is_sent_though_no_stream_is_open_and_rest_costs_nothing()
    {
        await using var house = await OutboxHouse.Start(cost: new(IsFree: true));
        var leasedUntil = house.App.Clock.Now + OutboxHouse.Lease;
        await house.Commit(house.Event(), house.App.Clock.Now);
        await Look(house);

        house.App.Clock.Now = leasedUntil + TimeSpan.FromSeconds(2);
        Assert.Equal("1", (await house.Sink.Next()).Body);
        await Expect.Soon(() => Task.FromResult(house.Settled.Any()));
        await Look(house);

        Assert.Equal(0, await house.App.Store.CallsOf(() => Look(house)));
    }

    [Fact]
    public async Task Where_it_is_not_nothing_is_watched_for_as_long_as_no_stream_is_open()
    {
        await using var house = await OutboxHouse.Start(cost: new(IsFree: false));
        var looks = house.App.Store.Looks;

        house.App.Clock.Advance(OutboxHouse.Lease);

        Assert.Equal(looks, house.App.Store.Looks);
    }

    [Fact]
    public async Task What_was_settled_is_not_looked_for()
    {
        await using var house = await OutboxHouse.Start();
        using var watching = await Watch(house);
        await house.Tell(house.Event());
        await house.Sink.Next();
        await Expect.Soon(() => Task.FromResult(house.Settled.Any()));
        await Look(house);
        await Look(house);

        var calls = await house.App.Store.CallsOf(async () =>
        {
            house.App.Clock.Advance(OutboxHouse.Lease);
            await Look(house);
        });

        Assert.Equal(0, calls);
    }

    private static async Task<IDisposable> Watch(OutboxHouse house) =>
        await house.App.Services.GetRequiredService<StoreWatch>().Watch(new Stream());

    // When another look begins, the one before has been told.
    private static async Task Look(OutboxHouse house)
    {
        for (var i = 0; i < 2; i++)
        {
            var looks = house.App.Store.Looks;
            while (house.App.Store.Looks == looks)
            {
                house.App.Clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(10);
            }
        }
    }

    private sealed class Stream : IMoveListener
    {
        public bool Hear(Moves moves) => false;
    }
}
