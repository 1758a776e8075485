using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>How many units a second the work on the parts of a container comes to.</summary>
public sealed class SweepUnitsTests
{
    private readonly FakeClock _clock = new();

    [Theory]
    [InlineData(20)]
    [InlineData(200)]
    public void What_answers_charge_never_comes_to_more_than_its_share_for_long(double charged)
    {
        const double PerSecond = 250;
        var load = new CosmosLoad(PerSecond, isStrict: true, _clock);
        var taken = 0.0;
        var wait = load.Wait(1, 1024, default);
        for (var tick = 0; tick < 600; tick++)
        {
            for (; wait.IsCompleted; wait = load.Wait(1, 1024, default))
            {
                load.Took(charged);
                taken += charged;
            }

            _clock.Advance(TimeSpan.FromSeconds(0.1));
        }

        Assert.InRange(taken, 0.5 * 60 * PerSecond, 1.1 * 60 * PerSecond);
    }
}
