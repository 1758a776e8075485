using System.Globalization;
using System.Text;

namespace Sessions.Bench;

/// <summary>
/// The chart of what was measured, in SVG: on the left the rates beside the lean server's, on the right the times at
/// half of the maximum. It is readable in light and in dark.
/// </summary>
internal static class SpeedChart
{
    private const int Top = 64;
    private const int RowHeight = 19;
    private const int Gap = 9;
    private const int RatesFrom = 190;
    private const int RatesTo = 500;
    private const int TimesFrom = 550;
    private const int TimesTo = 850;
    private const double Shortest = 0.1;
    private static readonly string[] _kinds = ["a", "b", "c"];
    private static readonly double[] _percents = [50, 99, 99.9];

    private const string Style = """
        text{font:12px system-ui,sans-serif;fill:#24292f}
        .small{font-size:11px;fill:#57606a}
        .title{font-weight:600}
        .grid{stroke:#d0d7de}
        .goal{stroke:#cf222e;stroke-dasharray:4 3}
        .range{stroke:#8c959f;stroke-width:2}
        .a{fill:#bf8700}.b{fill:#0969da}.c{fill:#8250df}
        @media (prefers-color-scheme:dark){
        text{fill:#e6edf3}.small{fill:#9198a1}.grid{stroke:#3d444d}.goal{stroke:#ff7b72}.range{stroke:#6e7681}
        .a{fill:#e3b341}.b{fill:#58a6ff}.c{fill:#bc8cff}}
        """;

    /// <summary>Draws it.</summary>
    public static string Of(IReadOnlyList<OperationSpeed> found)
    {
        var surfaces = found.Select(each => each.Surface).Distinct().ToList();
        var bottom = Top + (found.Count * RowHeight) + (surfaces.Count * Gap);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 870 {bottom + 30}" role="img">
            <title>Speed of each operation</title>
            <style>
            {Style}
            </style>

            """);
        var most = Math.Max(1.0, Math.Ceiling(found.Max(each => each.Rates.Values.Max(rates => rates.OfLean)) * 5) / 5);
        double Rate(double ratio) => RatesFrom + ((RatesTo - RatesFrom) * ratio / most);
        var longest = Math.Pow(10, Math.Ceiling(Math.Log10(found.Max(each => Math.Max(20, each.Half.Took.At(99.9))))));
        double Time(double milliseconds) => TimesFrom + ((TimesTo - TimesFrom)
            * Math.Log10(Math.Max(milliseconds, Shortest) / Shortest) / Math.Log10(longest / Shortest));

        Text(svg, RatesFrom, 20, "title", "rate beside a lean server’s");
        Legend(svg, RatesFrom, ("a", "1"), ("b", "32"), ("c", "256 connections"));
        Text(svg, TimesFrom, 20, "title", "ms at half of the maximum, beside a sweep");
        Legend(svg, TimesFrom, ("a", "p50"), ("b", "p99"), ("c", "p99.9, red: its goal"));
        for (var ratio = 0.0; ratio <= most + 0.01; ratio += 0.2)
        {
            Axis(svg, Rate(ratio), bottom, ratio.ToString("0.0", CultureInfo.InvariantCulture));
        }

        for (var time = Shortest; time <= longest * 1.01; time *= 10)
        {
            Axis(svg, Time(time), bottom, time.ToString("0.#", CultureInfo.InvariantCulture));
        }

        Upright(svg, "goal", Time(20), bottom);
        var y = (double)Top;
        foreach (var each in found)
        {
            y += each.Surface == surfaces.FirstOrDefault() ? Gap : 0;
            surfaces.Remove(each.Surface);
            Text(svg, 10, y + 4, "", each.Name);
            Row(svg, y, [.. SpeedOptions.Connections.Order().Select(count => Rate(each.Rates[count].OfLean))]);
            Row(svg, y, [.. _percents.Select(percent => Time(each.Half.Took.At(percent)))]);
            y += RowHeight;
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Legend(StringBuilder svg, int x, params (string Kind, string Words)[] all)
    {
        foreach (var (kind, words) in all)
        {
            Dot(svg, kind, x + 4, 36);
            Text(svg, x + 12, 40, "small", words);
            x += 28 + (words.Length * 7);
        }
    }

    private static void Row(StringBuilder svg, double y, double[] places)
    {
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<line class=\"range\" x1=\"{places.Min():0.#}\" x2=\"{places.Max():0.#}\" "
            + $"y1=\"{y:0.#}\" y2=\"{y:0.#}\"/>\n");
        foreach (var (kind, place) in _kinds.Zip(places))
        {
            Dot(svg, kind, place, y);
        }
    }

    private static void Axis(StringBuilder svg, double x, double bottom, string words)
    {
        Upright(svg, "grid", x, bottom);
        Text(svg, x, bottom + 16, "small\" text-anchor=\"middle", words);
    }

    private static void Upright(StringBuilder svg, string kind, double x, double bottom) => svg.Append(
        CultureInfo.InvariantCulture,
        $"<line class=\"{kind}\" x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{Top - 12}\" y2=\"{bottom:0.#}\"/>\n");

    private static void Dot(StringBuilder svg, string kind, double x, double y) => svg.Append(
        CultureInfo.InvariantCulture, $"<circle class=\"{kind}\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"4\"/>\n");

    private static void Text(StringBuilder svg, double x, double y, string kind, string words) => svg.Append(
        CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"{x:0.#}\" y=\"{y:0.#}\">{words}</text>\n");
}
