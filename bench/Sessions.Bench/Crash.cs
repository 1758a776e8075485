using System.Diagnostics;
using System.Globalization;
using Sessions.Tests.Crash;

namespace Sessions.Bench;

/// <summary>The tests' kills, for as long as is wanted.</summary>
internal static class Crash
{
    /// <summary>Kills and compares.</summary>
    /// <param name="time">For how long, on each store.</param>
    /// <param name="store">sqlite or cosmos; both when null.</param>
    /// <param name="seed">What is done, and when the process dies.</param>
    public static async Task Run(TimeSpan time, string? store, int seed)
    {
        if (store is null or "sqlite")
        {
            await using var sqlite = CrashStore.Sqlite();
            await Run(sqlite, time, seed);
        }

        if (store is null or "cosmos")
        {
            await using var cosmos = await CrashStore.Cosmos();
            await Run(cosmos, time, seed);
        }
    }

    private static async Task Run(CrashStore store, TimeSpan time, int seed)
    {
        Print($"{store.Name}, seed {seed}");
        var clock = Stopwatch.StartNew();
        var kills = 0;
        var writes = await new CrashRun(store, seed, Console.WriteLine).Run(round =>
        {
            kills = round;
            return clock.Elapsed < time;
        });
        Print($"{kills} kills and {writes:N0} acknowledged writes on {store.Name}: nothing was lost.");
    }

    private static void Print(FormattableString text) =>
        Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
