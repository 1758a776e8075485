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
    /// <param name="most">For how long new ones are begun.</param>
    /// <returns>Whether none failed.</returns>
    public static bool Run(int from, int count, TimeSpan most)
    {
        var watch = Stopwatch.StartNew();
        var results = new ConcurrentBag<SeedResult>();
        Parallel.ForEach(Enumerable.Range(from, count), (seed, loop) =>
        {
            if (watch.Elapsed > most)
            {
                loop.Stop();
                return;
            }

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
            $"{results.Count} seeds, {failed} failed: {lived.TotalHours:0.0} simulated hours "
            + $"in {watch.Elapsed:mm\\:ss}, {results.Sum(result => (long)result.Steps):N0} steps.");
        return failed == 0;
    }

    /// <summary>Tells within how many seeds each planted bug is found.</summary>
    /// <returns>Whether each was, within so many.</returns>
    public static bool Plant(int from, int count)
    {
        var all = true;
        foreach (var (name, bug) in PlantedBugs.All)
        {
            var wrong = Enumerable.Range(from, count)
                .Select(seed => Simulation.Simulation.Run(seed, bug, Simulation.Simulation.Stories[0]))
                .FirstOrDefault(result => result.Wrong is not null);
            all &= wrong is not null;
            Console.WriteLine(wrong is null
                ? $"{name}: not found within {count} seeds"
                : $"{name}: seed {wrong.Seed}: {wrong.Wrong!.Split(Environment.NewLine)[0]}");
        }

        return all;
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
