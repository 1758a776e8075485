using System.Globalization;

namespace Sessions.Scale;

/// <summary>The results in words: one row for each scale, and what all of it assumes.</summary>
internal static class Report
{
    private const int MostNamed = 3;

    private static readonly (string Title, Func<DayResult, string> Cell)[] _columns =
    [
        ("calls a second at peak", day => Whole(day.PeakCalls)),
        ("units a second, mean", day => Whole(day.MeanUnits)),
        ("GB", day => Whole(day.Container.Gigabytes)),
        ("partitions × units", day => $"{Whole(day.Container.Partitions)} × {Whole(day.Container.PerPartition)}"),
        ("the fullest", day => Part(day.Fullest)),
        ("refused", day => Part(day.Refused / day.Arrived)),
        ("p99 there, elsewhere, ms", day => $"{Whole(day.LongMilliseconds)}, {Whole(day.UsualMilliseconds)}"),
        ("instances, started", day => $"{Whole(day.Instances)}, {Whole(day.Starts)}"),
        ("waited for one", day => Part(day.Waited)),
        ("swept after", day => Minutes(day.SweptAfter)),
        ("dollars a month", day => Whole(day.Dollars)),
    ];

    /// <summary>The scales that are looked at: sessions a day.</summary>
    public static IReadOnlyList<double> Scales { get; } = [1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

    /// <summary>All scales on small and on standard.</summary>
    public static string Of(Costs costs, int seed) => string.Join('\n', ((bool[])[true, false]).Select(isSmall =>
    {
        var name = isSmall ? "small" : "standard";
        var days = Scales.Select(scale => Day.Run(new(scale, isSmall, seed), costs)).ToList();
        return Table($"{name}: a day", _columns.Select(column => column.Title), days, Cells)
            + Table($"{name}: a day", ["limits that are met, the first one first; or the nearest"], days, Limits);
    }));

    /// <summary>What all of it assumes.</summary>
    public static string Assumptions(Costs costs)
    {
        var units = string.Join(", ", costs.Lives.Select(life => $"{life.Surface} {Tenths(life.Units)}"));
        var calls = costs.Lives.Average(life => life.Calls);
        var microseconds = costs.Lives.Average(life => life.Microseconds(costs.Processor)) / calls;
        string[] lines =
        [
            $"Sessions are shared by the five APIs evenly. From beginning to end one costs, in request units: {units}.",
            $"With that go {Tenths(calls)} calls of {Whole(microseconds)} µs of a processor each, with the host's part.",
            $"A day's peak is {Tenths(Arrivals.Peak)} times its mean, at three in the afternoon; arrivals are chance.",
            "All that it asks for, its events, too, comes in the minute of its beginning; fuller seconds are not seen.",
            $"There is a tenant for {Whole(Scenario.PerTenant)} sessions a day each, ten at least, a million at most.",
            "The n-th has an n-th of what the first has, in one Proxy Service. Where partitions lie the seed says.",
            "As many sessions end as begin, and what is kept is kept: the container is as full as it becomes.",
            "Physical partitions split before they are full, in no time, and share the units evenly.",
            "Under autoscale each is paid for its fullest minute of each hour.",
            $"The ceiling is chosen so that a day's peak takes {Part(Scenario.Chosen)} of it; 10 units a GB at least.",
            $"At ten o'clock {Part(Scenario.Due)} of a day's sessions are due at once, beside those that end as ever.",
            $"The sweep has what users leave of {Part(Scenario.SweepShare)} of the units, a tenth of all in any case.",
            $"Without units a call waits {Whole(Scenario.Patience)} seconds and is refused; else as in an M/D/1 queue.",
            $"The store takes {Whole(Azure.StoreMilliseconds)} ms. A refused call is not sent again.",
            "An instance has 2 GB, one processor and 100 slots; another one comes at 70 % and works after 3 seconds.",
            "It is paid while it has calls, for a second of each at least.",
            "Not counted: logs, alerts, traffic between regions, open streams, further regions.",
        ];
        return string.Join('\n', lines.Select(line => $"* {line}")) + '\n';
    }

    private static string Table(
        string first,
        IEnumerable<string> titles,
        IEnumerable<DayResult> days,
        Func<DayResult, IEnumerable<string>> cells)
    {
        string[] head = [first, .. titles];
        return string.Join('\n',
        [
            Row(head),
            $"|{string.Concat(head.Select(_ => "---|"))}",
            .. days.Select(day => Row([Whole(day.Scenario.PerDay), .. cells(day)])),
            "\n",
        ]);
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static IEnumerable<string> Cells(DayResult day) => _columns.Select(column => column.Cell(day));

    private static string[] Limits(DayResult day)
    {
        var met = day.Limits.Where(limit => limit.Used >= 1).OrderByDescending(limit => limit.Used).Take(MostNamed);
        return
        [
            day.First.Used < 1
                ? $"none; {Part(day.First.Used)} of {day.First.Name}"
                : string.Join("; ", met.Select(limit => $"{limit.Name}, {Tenths(limit.Used)} times")),
        ];
    }

    private static string Part(double part) => part is > 0 and < 0.0005
        ? "< 0.1 %"
        : string.Create(CultureInfo.InvariantCulture, $"{part * 100:0.#} %");

    private static string Minutes(double seconds) =>
        double.IsInfinity(seconds) ? "not that day" : $"{Whole(seconds / 60)} min";

    private static string Whole(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Tenths(double number) => number.ToString("N1", CultureInfo.InvariantCulture);
}
