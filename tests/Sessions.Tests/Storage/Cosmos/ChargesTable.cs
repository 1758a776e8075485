using System.Globalization;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>What something cost, or each of several did.</summary>
internal sealed record Charged(double Requests, double Units)
{
    public Charged Less(Charged other) => new(Requests - other.Requests, Units - other.Units);

    public Charged And(Charged other) => new(Requests + other.Requests, Units + other.Units);

    public Charged Each(int count) => new(Requests / count, Units / count);
}

/// <summary>
/// The table of docs/cosmos-charges.md, whose columns are requests and units, before and after, and what was measured
/// for it.
/// </summary>
internal sealed class ChargesTable(string page)
{
    private const string Sum = "**all operations that there were before**";
    private const int RequestsAt = 3;
    private const int UnitsAt = 5;

    // Ids and moments have a few characters more or less.
    private const double Tolerance = 0.15;

    private readonly string[][] _rows =
    [
        .. page.Split('\n').Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells is ["", _, _, _, _, _, ""] && IsNumber(cells[UnitsAt])),
    ];

    // What a look at the head of a lane costs: one that is being served may be served once more or not.
    private static readonly Charged _look = new(1, 2.9);

    private readonly Dictionary<string, Charged> _measured = [];
    private readonly Dictionary<string, int> _looks = [];

    /// <summary>How many requests it has for an operation; 0 when it does not have it.</summary>
    public double RequestsOf(string operation) => RowOf(operation) is { } row ? Number(row[RequestsAt]) : 0;

    /// <summary>Takes note of what an operation cost.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="cost">What it cost.</param>
    /// <param name="looks">How many looks at lanes may be more or fewer, as it happens.</param>
    public void Measured(string operation, Charged cost, int looks = 0) =>
        (_measured[operation], _looks[operation]) = (cost, looks);

    /// <summary>What it has wrong of what was measured.</summary>
    /// <param name="sum">Whether all operations were, so that it must have no others, and their sum.</param>
    public IEnumerable<string> Faults(bool sum)
    {
        foreach (var (operation, cost) in _measured)
        {
            if (RowOf(operation) is not { } row)
            {
                yield return $"{operation} is not in the table: {Cells(cost)}";
            }
            else if (Math.Abs(Number(row[RequestsAt]) - cost.Requests) > 0.01 + (_looks[operation] * _look.Requests)
                || Math.Abs(Number(row[UnitsAt]) - cost.Units) > Tolerance + (_looks[operation] * _look.Units))
            {
                yield return $"{operation}: {row[RequestsAt]} | {row[UnitsAt]} is {Cells(cost)}";
            }
        }

        if (!sum)
        {
            yield break;
        }

        foreach (var row in Operations.Where(row => !_measured.Keys.Any(operation => Is(row, operation))))
        {
            yield return $"There is no {row[1]}";
        }

        var (told, summed) = (_rows.Single(IsSum), Summed(_rows));
        if (!told.SequenceEqual(summed))
        {
            yield return $"The sums are {Line(summed)}";
        }
    }

    /// <summary>The page with what was measured in the table.</summary>
    public string Written()
    {
        List<string[]> rows = [.. _rows.Select(row => _measured.Keys.FirstOrDefault(operation => Is(row, operation))
            is { } operation ? With(row, _measured[operation]) : row)];
        foreach (var (operation, cost) in _measured.Where(one => RowOf(one.Key) is null))
        {
            var last = rows.FindLastIndex(row => row[1].StartsWith(operation.Split(':')[0], StringComparison.Ordinal));
            rows.Insert(last + 1, With(["", operation, "", "", "", "", ""], cost));
        }

        rows[^1] = Summed(rows);
        return page.Replace(
            string.Join('\n', _rows.Select(Line)), string.Join('\n', rows.Select(Line)), StringComparison.Ordinal);
    }

    private IEnumerable<string[]> Operations => _rows.Where(row => row[1].Contains(": ", StringComparison.Ordinal));

    // Of what there was before, so that they can be compared.
    private static string[] Summed(IEnumerable<string[]> rows)
    {
        var both = rows.Where(row => row[1].Contains(": ", StringComparison.Ordinal) && row[2] is not "").ToList();
        var sums = Enumerable.Range(2, 4).Select(column => both.Sum(row => Number(row[column])));
        return ["", Sum, .. sums.Select(sum => sum.ToString("0", CultureInfo.InvariantCulture)), ""];
    }

    private static bool IsSum(string[] row) => row[1] == Sum;

    private string[]? RowOf(string operation) => _rows.SingleOrDefault(row => Is(row, operation));

    // What stands behind a comma says more about it.
    private static bool Is(string[] row, string operation) =>
        row[1] == operation || (row[1].StartsWith($"{operation}, ", StringComparison.Ordinal) && row[1].Contains(':'));

    private static string[] With(string[] row, Charged cost) =>
        [.. row[..RequestsAt], Text(cost.Requests), row[UnitsAt - 1], Units(cost), ""];

    private static string Line(string[] cells) =>
        $"| {string.Join(" | ", cells[1..^1])} |".Replace("  ", " ", StringComparison.Ordinal);

    private static string Cells(Charged cost) => $"{Text(cost.Requests)} | {Units(cost)}";

    private static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Units(Charged cost) => cost.Units.ToString("0.0", CultureInfo.InvariantCulture);

    private static bool IsNumber(string cell) => double.TryParse(cell, CultureInfo.InvariantCulture, out _);

    // What did not exist before has none there.
    private static double Number(string cell) =>
        cell is "" ? 0 : double.Parse(cell.Split(',')[0], CultureInfo.InvariantCulture);
}
