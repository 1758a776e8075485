using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Sessions.Bench;

/// <summary>
/// The page of what was measured, and its chart. On the page only what stands between two comments is the bench's.
/// </summary>
internal static class SpeedPage
{
    private const string Begin = "<!-- Made by the bench from here -->";
    private const string End = "<!-- to here. -->";

    /// <summary>Writes both.</summary>
    /// <param name="page">The page, which is there and has the comments; the chart goes beside it.</param>
    /// <param name="options">How it was measured.</param>
    /// <param name="found">What was found.</param>
    public static async Task Write(string page, SpeedOptions options, IReadOnlyList<OperationSpeed> found)
    {
        var chart = Path.ChangeExtension(page, ".svg");
        var text = await File.ReadAllTextAsync(page);
        var (begin, end) = (
            text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            throw new InvalidOperationException($"{page} has no place between {Begin} and {End}.");
        }

        var made = Text(Path.GetFileName(page), Path.GetFileName(chart), options, found);
        await File.WriteAllTextAsync(page, $"{text[..begin]}{Begin}\n\n{made}\n{text[end..]}");
        await File.WriteAllTextAsync(chart, SpeedChart.Of(found));
    }

    private static string Text(
        string page, string chart, SpeedOptions options, IReadOnlyList<OperationSpeed> found)
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        Line($"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, on {Environment.ProcessorCount} processors "
            + $"({Processor()}) of a virtual machine with {RuntimeInformation.OSDescription.Split(' ')[0]}, loaded by "
            + $"{Wrk.OrOurs.Name}, which shares them:");
        Line("");
        Line("```sh");
        Line($"dotnet run -c Release --project bench/Sessions.Bench -- --run speed --write docs/{page}{options.Part}");
        Line("```");
        Line("");
        Line($"![Rates beside a lean server, and times at half of the maximum, of each operation]({chart})");
        Line("");
        Line($"**The slowest**: {string.Join("; ", Slowest(found))}.");
        Line("");
        Line("| goal | reached | the farthest, or what missed it |");
        Line("|---|---|---|");
        SpeedGoal.All.Select(goal => goal.Row(found)).OfType<string>().ToList().ForEach(Line);
        Line("");
        Line("Rates of each round beside another server's in the same round, the median of "
            + $"{options.Rounds}, {Number(options.Time.TotalSeconds, "0.#")} s each:");
        Line("");
        Line("| | a second, 32 connections | of lean, one | 32 | 256 "
            + "| of the same store's calls, 32 | of a constant, 32 |");
        Line("|---|---|---|---|---|---|---|");
        foreach (var each in found)
        {
            var middle = each.Rates[SpeedOptions.Middle];
            Line($"| {each.Name} | {Number(middle.PerSecond, "N0")} | {Number(each.Rates[1].OfLean, "N2")} "
                + $"| {Number(middle.OfLean, "N2")} | {Number(each.Rates[256].OfLean, "N2")} "
                + $"| {Number(middle.OfStore, "N2")} | {Number(middle.OfConstant, "N2")} |");
        }

        Line("");
        Line($"At half of the highest of those rates, for {Number(options.Arrivals.TotalSeconds, "0.#")} s, beside a "
            + "sweep and a hundred deliveries a second, each from when it was to be sent, in ms; and what a request "
            + "costs, with 32 connections (syncs: one client alone):");
        Line("");
        Line("| | a second | p50 | p99 | p99.9 "
            + "| bytes to the disk | syncs | bytes allocated | processor µs | lean's |");
        Line("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var each in found)
        {
            var (half, cost) = (each.Half, each.Cost);
            Line($"| {each.Name} | {Number(half.PerSecond, "N0")} | {Number(half.Took.At(50), "N1")} "
                + $"| {Number(half.Took.At(99), "N1")} | {Number(half.Took.At(99.9), "N1")} "
                + $"| {Number(cost.Written, "N0")} | {Number(cost.Syncs, "N1")} | {Number(cost.Allocated, "N0")} "
                + $"| {Number(cost.Microseconds, "N0")} | {Number(cost.LeanMicroseconds, "N0")} |");
        }

        var floors = found.Select(each => each.Floor?.At(99.9)).OfType<double>().Order().ToList();
        if (floors.Count > 0)
        {
            Line("");
            Line("A bare Kestrel that answers a constant, asked as often as each fetch while nothing else goes on, "
                + $"took {Number(floors[0], "N1")} to {Number(floors[^1], "N1")} ms at p99.9: less than that cannot be seen "
                + "on this machine.");
        }

        Line("");
        Line("Creates of one client alone beside 4 KB that are written and synced on the same disk, in ms:");
        Line("");
        Line("| | p50 | p99 | a sync, p50 | p99 |");
        Line("|---|---|---|---|---|");
        foreach (var each in found)
        {
            if (each.Alone is not { } alone)
            {
                continue;
            }

            Line($"| {each.Surface} | {Number(alone.Took.At(50), "N2")} | {Number(alone.Took.At(99), "N2")} "
                + $"| {Number(alone.Syncs.At(50), "N2")} | {Number(alone.Syncs.At(99), "N2")} |");
        }

        return text.ToString();
    }

    private static IEnumerable<string> Slowest(IReadOnlyList<OperationSpeed> found)
    {
        foreach (var operation in found.Select(each => each.Operation).Distinct())
        {
            var slowest = found.Where(each => each.Operation == operation).MinBy(each => each.LowestOfLean)!;
            var all = operation is "fetch" ? "fetches" : $"{operation}s";
            yield return $"of the {all} {slowest.Surface}'s, {Number(slowest.LowestOfLean, "N2")} of the lean "
                + $"server's rate with {Connections(slowest)}";
        }

        var last = found.MaxBy(each => each.Half.Took.At(99.9))!;
        yield return $"in the tail a {last.Name}, {Number(last.Half.Took.At(99.9), "N0")} ms at p99.9";
    }

    private static string Connections(OperationSpeed each) =>
        each.Rates.MinBy(rates => rates.Value.OfLean).Key is var count and > 1
            ? $"{count} connections"
            : "one connection";

    private static string Number(double? number, string format) =>
        number?.ToString(format, CultureInfo.InvariantCulture) ?? "–";

    private static string Processor() => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?
        .Split(':')[1].Trim() ?? "of an unknown kind";
}
