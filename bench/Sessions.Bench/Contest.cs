using System.Globalization;

namespace Sessions.Bench;

/// <summary>Several targets in turn under the same load, and what came of it.</summary>
/// <param name="Rounds">How many rounds count; one more goes first to warm up.</param>
/// <param name="Connections">How many send at once.</param>
/// <param name="Time">How long each target is loaded in a round.</param>
internal sealed record Contest(int Rounds, int Connections, TimeSpan Time)
{
    /// <summary>What loads them.</summary>
    public Loader Load { get; init; } = Bench.Load.Run;

    /// <summary>Runs a warm-up and the rounds.</summary>
    public async Task<Verdict> Run(string operation, Target[] targets, Exchange[] exchanges)
    {
        await Measure(targets, exchanges, 1);
        return Report(operation, targets, await Measure(targets, exchanges, Rounds));
    }

    /// <summary>Runs rounds, every other one in reverse: so no place is the better one.</summary>
    /// <returns>The figures of each target.</returns>
    public async Task<List<Figures>[]> Measure(Target[] targets, Exchange[] exchanges, int rounds)
    {
        var figures = targets.Select(_ => new List<Figures>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            var order = Enumerable.Range(0, targets.Length);
            foreach (var index in round % 2 == 0 ? order : order.Reverse())
            {
                figures[index].Add(await Load(targets[index].Server, exchanges[index], Connections, Time));
            }
        }

        return figures;
    }

    /// <summary>All that was found, the slowest first.</summary>
    public static void Conclude(IEnumerable<Verdict> verdicts)
    {
        Console.WriteLine();
        Print("slowest first", ["/s", "of the 2nd", "p99 ms", "µs each"]);
        foreach (var verdict in verdicts.OrderBy(verdict => verdict.Ratio))
        {
            Print(
                verdict.Operation,
                [
                    Number(verdict.PerSecond), Fraction(verdict.Ratio), Fraction(verdict.P99Milliseconds),
                    Fraction(verdict.ProcessorMicroseconds),
                ]);
        }
    }

    private static Verdict Report(string operation, Target[] targets, List<Figures>[] figures)
    {
        var perSecond = Medians(figures, figure => figure.PerSecond);
        var processor = Medians(figures, figure => figure.ProcessorMicroseconds);
        var p99 = Medians(figures, figure => figure.P99Milliseconds);
        var ratios = Ratios(figures);
        Console.WriteLine();
        Print(operation, targets.Select(target => target.Name));
        Print("  per second", perSecond.Select(Number));
        Print("  first/other", ratios.Select(Fraction));
        Print("  p99 ms", p99.Select(Fraction));
        Print("  server µs each", processor.Select(Fraction));
        return new(operation, perSecond[0], ratios[1], p99[0], processor[0], processor[1..]);
    }

    /// <summary>The rate of the first over each one's. That of each round is of two runs side by side; the median of
    /// those is steadier than the ratio of medians.</summary>
    public static double[] Ratios(List<Figures>[] figures) =>
    [
        .. figures.Select(other =>
            Median(figures[0].Zip(other, (service, each) => service.PerSecond / each.PerSecond))),
    ];

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
        Console.WriteLine(label.PadRight(26) + string.Concat(cells.Select(cell => cell.PadLeft(12))));
}

/// <summary>What a contest came to.</summary>
/// <param name="Operation">What was asked.</param>
/// <param name="PerSecond">Requests of the first target in a second.</param>
/// <param name="Ratio">That over the second target's.</param>
/// <param name="P99Milliseconds">99 of 100 of the first were answered within this.</param>
/// <param name="ProcessorMicroseconds">Processor time of the first for each.</param>
/// <param name="OthersMicroseconds">That of the other targets, in their order.</param>
internal sealed record Verdict(
    string Operation,
    double PerSecond,
    double Ratio,
    double P99Milliseconds,
    double ProcessorMicroseconds,
    IReadOnlyList<double> OthersMicroseconds);
