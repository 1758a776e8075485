using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Outbox;

/// <summary>Events of a process that was killed after it had written them.</summary>
public sealed class LeftEventsTests
{
    private static readonly TimeSpan _ahead = TimeSpan.FromHours(5);

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_left_by_a_clock_that_was_ahead_is_sent_when_it_has_been_put_right(bool wasTried)
    {
        await using var house = await OutboxHouse.Start(cost: new(IsFree: true));
        await house.DeliverAfter(TimeSpan.Zero);
        house.App.Clock.Put(_ahead);
        if (wasTried)
        {
            house.Sink.Answer = _ => Task.FromResult(500);
            await house.Tell(house.Event());
            await house.Sink.Next();
            await Expect.Soon(async () => (await house.Waiting())[0].DueAt < house.App.Clock.Now + OutboxHouse.Lease);
            house.Sink.Answer = _ => Task.FromResult(204);
        }
        else
        {
            await house.Commit(house.Event(), house.App.Clock.Now);
        }

        await house.DeliverAfter(TimeSpan.Zero);
        house.App.Clock.Put(-_ahead);
        await house.DeliverAfter(TimeSpan.FromSeconds(10));

        Assert.Equal("1", (await house.Sink.Next()).Body);
        await Expect.Soon(async () => (await house.Waiting()) is []);
    }

    [Fact]
    public async Task What_waits_for_its_next_attempt_by_a_right_clock_goes_on_to_wait()
    {
        await using var house = await OutboxHouse.Start(cost: new(IsFree: true));
        await house.Commit(house.Event(), house.App.Clock.Now + TimeSpan.FromHours(3));

        await house.DeliverAfter(TimeSpan.FromMinutes(11));

        Assert.Equal(0, house.Sink.Count);
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
