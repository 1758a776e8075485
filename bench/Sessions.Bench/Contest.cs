using System.Globalization;

namespace Sessions.Bench;

/// <summary>Several targets in turn under the same load, and what came of it.</summary>
internal static class Contest
{
    /// <summary>Runs a warm-up and the rounds, every other one in reverse: so no place is the better one.</summary>
    public static async Task Run(
        string operation, Target[] targets, Exchange[] exchanges, int rounds, int connections, TimeSpan time)
    {
        var figures = targets.Select(_ => new List<Figures>()).ToArray();
        Console.WriteLine();
        Print($"{operation}/s", targets.Select(target => target.Name));
        for (var round = 0; round <= rounds; round++)
        {
            var order = Enumerable.Range(0, targets.Length);
            foreach (var index in round % 2 == 0 ? order : order.Reverse())
            {
                figures[index].Add(await Load.Run(targets[index].Server, exchanges[index], connections, time));
            }

            if (round == 0)
            {
                Array.ForEach(figures, warmUp => warmUp.Clear());
                continue;
            }

            Print($"  round {round}", figures.Select(each => Number(each[^1].PerSecond)));
        }

        Report(figures);
    }

    private static void Report(List<Figures>[] figures)
    {
        var perSecond = Medians(figures, figure => figure.PerSecond);
        var processor = Medians(figures, figure => figure.ProcessorMicroseconds);
        Print("  median", perSecond.Select(Number));
        Print("  service/other", Ratios(figures));
        Print("  p99 ms", Medians(figures, figure => figure.P99Milliseconds).Select(Fraction));
        Print("  server µs each", processor.Select(Fraction));
    }

    // The ratio of each round is of two runs side by side; the median of those is steadier than the ratio of medians.
    private static IEnumerable<string> Ratios(List<Figures>[] figures) => figures.Select(other =>
        Fraction(Median(figures[0].Zip(other, (service, each) => service.PerSecond / each.PerSecond))));

    private static double[] Medians(List<Figures>[] figures, Func<Figures, double> of) =>
        [.. figures.Select(each => Median(each.Select(of)))];

    /// <summary>The middle value.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Fraction(double value) => value.ToString("N2", CultureInfo.InvariantCulture);

    private static void Print(string label, IEnumerable<string> cells) =>
        Console.WriteLine(label.PadRight(20) + string.Concat(cells.Select(cell => cell.PadLeft(12))));
}
