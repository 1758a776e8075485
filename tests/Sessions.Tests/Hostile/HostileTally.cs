using System.Net;

namespace Sessions.Tests.Hostile;

/// <summary>What came of hostile requests so far. Its size goes by the functions and not by the requests.</summary>
internal sealed class HostileTally
{
    private readonly SortedDictionary<(string Function, HttpStatusCode Status), long> _answers = [];

    /// <summary>How many requests were answered.</summary>
    public long Requests { get; private set; }

    /// <summary>How many answers of each status each function gave.</summary>
    public IReadOnlyDictionary<(string Function, HttpStatusCode Status), long> Answers => _answers;

    /// <summary>How many refusals of each status there were.</summary>
    public IEnumerable<(HttpStatusCode Status, long Times)> Refusals => _answers
        .Where(answer => (int)answer.Key.Status >= HostileReply.FirstError)
        .GroupBy(answer => answer.Key.Status, answer => answer.Value)
        .Select(status => (status.Key, status.Sum()))
        .OrderBy(status => status.Key);

    /// <summary>The answer that took longest, and the function that gave it.</summary>
    public (string Function, TimeSpan Took) Slowest { get; private set; } = ("", TimeSpan.Zero);

    /// <summary>How many answers took too long once, and not again.</summary>
    public int SlowOnce { get; private set; }

    /// <summary>How many requests have written something.</summary>
    public int Writes { get; private set; }

    /// <summary>Whether the function answered with such a status: 2 for success, 4 for a refusal.</summary>
    public bool Has(string function, int hundreds) =>
        _answers.Keys.Any(answer => answer.Function == function && (int)answer.Status / 100 == hundreds);

    /// <summary>Adds an answer.</summary>
    public void Add(string function, HostileReply reply)
    {
        Requests++;
        var key = (function, reply.Status);
        _answers[key] = _answers.GetValueOrDefault(key) + 1;
        Slowest = reply.Took > Slowest.Took ? (function, reply.Took) : Slowest;
    }

    /// <summary>Adds an answer that took too long, and not again.</summary>
    public void AddSlowOnce() => SlowOnce++;

    /// <summary>Adds a request that has written something.</summary>
    public void AddWrite() => Writes++;
}
