using System.Globalization;

namespace Sessions.StandIn;

/// <summary>
/// Faults on demand: <c>429=0.2,503-after=0.05</c> gives each of these a probability. Those with <c>-after</c> come
/// when the work is done, so that a write has happened and its writer does not know.
/// </summary>
internal sealed class Faults
{
    private const string After = "-after";
    private const string Drop = "drop";

    private static readonly HashSet<string> _known =
        ["429", "449", "503", Drop, "408" + After, "503" + After, Drop + After];

    private readonly List<(string Name, double Rate)> _rates;

    private Faults(List<(string Name, double Rate)> rates) => _rates = rates;

    /// <summary>Reads the probabilities.</summary>
    /// <exception cref="ArgumentException">There is no such fault.</exception>
    public static Faults Parse(string text)
    {
        var rates = text.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('='))
            .Select(pair => (Name: pair[0], Rate: double.Parse(pair[1], CultureInfo.InvariantCulture)))
            .ToList();
        return rates.Find(rate => !_known.Contains(rate.Name)) is { Name: { } unknown }
            ? throw new ArgumentException($"There is no fault {unknown}.", nameof(text))
            : new(rates);
    }

    /// <summary>The status to answer instead of working; 0 to drop the connection, null for none.</summary>
    public int? DrawBefore() => Draw(false);

    /// <summary>The status to answer instead of the result.</summary>
    public int? DrawAfter() => Draw(true);

    private int? Draw(bool after)
    {
        foreach (var (name, rate) in _rates.Where(rate => rate.Name.EndsWith(After, StringComparison.Ordinal) == after))
        {
            if (Random.Shared.NextDouble() < rate)
            {
                var status = after ? name[..^After.Length] : name;
                return status is Drop ? 0 : int.Parse(status, CultureInfo.InvariantCulture);
            }
        }

        return null;
    }
}
