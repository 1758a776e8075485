using System.Collections.Concurrent;
using System.Diagnostics;
using Sessions.Simulation;

namespace Sessions.Bench;

/// <summary>Lives through as many seeds as are wanted, on all processors.</summary>
internal static class SimulationRun
{
    /// <summary>Runs them, and tells which failed.</summary>
    /// <param name="from">The first seed.</param>
    /// <param name="count">How many.</param>
    /// <returns>Whether none failed.</returns>
    public static async Task<bool> Run(int from, int count)
    {
        var watch = Stopwatch.StartNew();
        var results = new ConcurrentBag<SeedResult>();
        await Parallel.ForEachAsync(Enumerable.Range(from, count), async (seed, _) =>
        {
            await Task.Yield();
            var result = Simulation.Simulation.Run(seed);
            results.Add(result with { Lines = [] });
            if (result.Wrong is { } wrong)
            {
                Console.WriteLine($"Seed {seed}: {wrong}");
            }
        });
        var failed = results.Count(result => result.Wrong is not null);
        var lived = TimeSpan.FromTicks(results.Sum(result => result.Time.Ticks));
        Console.WriteLine(
            $"{results.Count} seeds, {failed} failed: {lived.TotalHours:0.0} simulated hours in {watch.Elapsed:mm\\:ss}, "
            + $"{results.Sum(result => (long)result.Steps):N0} steps.");
        return failed == 0;
    }

    /// <summary>Repeats one seed, and tells all that was done in it.</summary>
    public static bool Repeat(int seed)
    {
        var result = Simulation.Simulation.Run(seed);
        Console.WriteLine(string.Join(Environment.NewLine, result.Lines));
        Console.WriteLine(result.Wrong ?? "Nothing was wrong.");
        Console.WriteLine($"Print {result.Print}");
        return result.Wrong is null;
    }
}
