using Xunit.Abstractions;

namespace Sessions.Tests.Crash;

/// <summary>
/// The process dies in the middle of its work on all surfaces, and what it has acknowledged is there afterwards,
/// nothing is half there, no invariant is broken, and every event is told.
/// </summary>
/// <remarks><c>--run crash</c> of <c>bench/</c> does the same for as long as is wanted, with other seeds.</remarks>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Kills = 3;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_by_kills()
    {
        await using var store = CrashStore.Sqlite();
        await new CrashRun(store, Random.Shared.Next(), output.WriteLine).Run(round => round < Kills);
    }
}

/// <summary>The same on Cosmos DB's stand-in, which takes its time over it.</summary>
[Trait("Host", "Kestrel")]
public sealed class CosmosCrashTests(ITestOutputHelper output)
{
    private const int Kills = 2;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_by_kills()
    {
        await using var store = await CrashStore.Cosmos();
        await new CrashRun(store, Random.Shared.Next(), output.WriteLine).Run(round => round < Kills);
    }
}
