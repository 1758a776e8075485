using System.Globalization;
using System.Text;

namespace Sessions.TwilioProxy;

/// <summary>What an import found and did: told while it runs, and at its end.</summary>
public sealed class ImportReport
{
    private const int MostTold = 1000;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _found = new(StringComparer.Ordinal);
    private readonly Dictionary<Brought, int> _outcomes = [];
    private readonly List<string> _differences = [];
    private readonly SortedSet<string> _notes = new(StringComparer.Ordinal);
    private int _closed;

    /// <summary>How many differences there are.</summary>
    public int Differences { get; private set; }

    /// <summary>How far it is, in a line.</summary>
    public string Progress
    {
        get
        {
            lock (_lock)
            {
                return $"{AllFound()}; {Count(Brought.Made)} new, {Count(Brought.Changed)} changed, "
                    + $"{Count(Brought.Same)} as they were";
            }
        }
    }

    /// <summary>Counts things of the source.</summary>
    /// <param name="what">What they are, such as Sessions.</param>
    /// <param name="count">How many.</param>
    internal void Found(string what, int count = 1)
    {
        lock (_lock)
        {
            _found[what] = _found.GetValueOrDefault(what) + count;
        }
    }

    /// <summary>Counts what became of something here.</summary>
    internal void Became(Brought outcome)
    {
        lock (_lock)
        {
            _outcomes[outcome] = Count(outcome) + 1;
        }
    }

    /// <summary>Counts a Session that has ended at the source and never was here.</summary>
    internal void AddClosed() => Interlocked.Increment(ref _closed);

    /// <summary>Tells that something is not the same on both sides.</summary>
    internal void Differs(string what)
    {
        lock (_lock)
        {
            Differences++;
            if (_differences.Count < MostTold)
            {
                _differences.Add(what);
            }
        }
    }

    /// <summary>Tells what whoever imports should know.</summary>
    internal void Note(string what)
    {
        lock (_lock)
        {
            _notes.Add(what);
        }
    }

    /// <summary>All of it.</summary>
    public string Summary(bool dryRun)
    {
        lock (_lock)
        {
            var text = new StringBuilder()
                .AppendLine(
                    CultureInfo.InvariantCulture, $"Read: {AllFound()}. {_closed:N0} closed Sessions stay there.")
                .AppendLine(dryRun ? "Nothing is written by a dry run." : string.Create(
                    CultureInfo.InvariantCulture,
                    $"Brought: {Count(Brought.Made):N0} new, {Count(Brought.Changed):N0} changed; "
                    + $"{Count(Brought.Same):N0} were here already."));
            foreach (var note in _notes)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"Note: {note}");
            }

            text.AppendLine(Differences switch
            {
                0 => "Nothing differs.",
                1 => "1 difference:",
                _ => string.Create(CultureInfo.InvariantCulture, $"{Differences:N0} differences:"),
            });
            foreach (var difference in _differences.Order(StringComparer.Ordinal))
            {
                text.Append("  ").AppendLine(difference);
            }

            return Differences <= MostTold
                ? text.ToString()
                : text.AppendLine(CultureInfo.InvariantCulture, $"  and {Differences - MostTold:N0} more").ToString();
        }
    }

    private int Count(Brought outcome) => _outcomes.GetValueOrDefault(outcome);

    private string AllFound() => _found.Count == 0 ? "nothing yet" : string.Join(", ", _found.Select(
        one => string.Create(CultureInfo.InvariantCulture, $"{one.Value:N0} {one.Key}")));
}

/// <summary>What became of something of the source.</summary>
internal enum Brought
{
    /// <summary>It was here already, and alike.</summary>
    Same,

    /// <summary>It is new here.</summary>
    Made,

    /// <summary>It was here, and has become what it is at the source.</summary>
    Changed,

    /// <summary>It was changed here since it came, and stays so.</summary>
    Left,

    /// <summary>It cannot be here; the report says why.</summary>
    Refused,
}
