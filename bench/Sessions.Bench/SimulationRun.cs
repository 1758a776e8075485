using System.Collections.Concurrent;
using System.Diagnostics;
using Sessions.Simulation;

namespace Sessions.Bench;

/// <summary>Lives through as many seeds as are wanted, on all processors.</summary>
internal static class SimulationRun
{
    /// <summary>Runs what is asked for.</summary>
    /// <param name="planted">Whether to look for planted bugs.</param>
    /// <param name="seed">The one seed to repeat; null for many.</param>
    /// <param name="from">The first seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="most">For how long new ones are begun.</param>
    /// <param name="name">The story to live through; null for what each seed chooses.</param>
    /// <returns>Whether nothing was wrong, or each planted bug was found.</returns>
    public static bool Run(bool planted, int? seed, int from, int count, TimeSpan most, string? name)
    {
        var story = Simulation.Simulation.Stories.FirstOrDefault(story => story.Name == name);
        return planted ? Plant(from, count)
            : seed is { } one ? Repeat(one, story)
            : Live(from, count, most, story);
    }

    private static bool Live(int from, int count, TimeSpan most, StoryKind? story)
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

            var result = Simulation.Simulation.Run(seed, story: story);
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

    private static bool Plant(int from, int count)
    {
        var all = true;
        foreach (var name in PlantedBugs.All.Keys)
        {
            var wrong = Enumerable.Range(from, count)
                .Select(seed => PlantedBugs.Run(seed, name))
                .FirstOrDefault(PlantedBugs.IsFoundBy);
            all &= wrong is not null;
            Console.WriteLine(wrong is null
                ? $"{name}: not found within {count} seeds"
                : $"{name}: seed {wrong.Seed}: {wrong.Wrong!.Split(Environment.NewLine)[0]}");
        }

        return all;
    }

    private static bool Repeat(int seed, StoryKind? story)
    {
        var result = Simulation.Simulation.Run(seed, story: story);
        Console.WriteLine(string.Join(Environment.NewLine, result.Lines));
        Console.WriteLine(result.Wrong ?? "Nothing was wrong.");
        Console.WriteLine($"Print {result.Print}");
        return result.Wrong is null;
    }
}
