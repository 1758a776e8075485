using Sessions.Tests.Support;
using Simulator = Sessions.Simulation.Simulation;

namespace Sessions.Tests.Simulation;

/// <summary>What a world leaves behind that is over.</summary>
[Collection(nameof(Alone))]
public sealed class WorldsEndTests
{
    [Fact]
    public void It_leaves_no_timer()
    {
        // What the process itself has is made by the first.
        _ = Simulator.Run(1);
        var before = Timer.ActiveCount;

        // Of five sorts, among which processes are killed.
        for (var seed = 2; seed <= 11; seed++)
        {
            _ = Simulator.Run(seed);
        }

        Assert.InRange(Timer.ActiveCount - before, long.MinValue, 9);
    }
}
