using System.Collections.Concurrent;

namespace Sessions.Telemetry;

/// <summary>
/// What this process did in each minute of the last hour, account by account. It is always counted, for the operator to
/// look at, so counting takes no lock. There are as many counters in a minute as there are accounts that did something,
/// and accounts are named in the settings.
/// </summary>
public sealed class RecentMinutes(TimeProvider time)
{
    /// <summary>How many minutes there are.</summary>
    public const int Kept = 60;

    private const string Nobody = "";
    private readonly Minute?[] _ring = new Minute?[Kept];

    /// <summary>Counts a request that was answered.</summary>
    /// <param name="account">Whose it was; null when nobody signed in.</param>
    /// <param name="surface">The API.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="took">How long it took.</param>
    public void Answered(string? account, string surface, int status, TimeSpan took) =>
        Now().Served.GetOrAdd((account ?? Nobody, surface), static _ => new()).Add(status, took);

    /// <summary>Counts a request that a limit refused.</summary>
    /// <param name="account">Whose it was; null when nobody signed in.</param>
    /// <param name="limit">The limit.</param>
    public void Refused(string? account, string limit) =>
        Now().Limits.GetOrAdd((account ?? Nobody, limit), static _ => new()).Add();

    /// <summary>Counts an attempt to deliver an event.</summary>
    /// <param name="account">Whose event it is.</param>
    /// <param name="taken">Whether its target took it.</param>
    public void Tried(string account, bool taken) =>
        (taken ? Now().Delivered : Now().Failed).GetOrAdd(account, static _ => new()).Add();

    /// <summary>Counts a call of the store.</summary>
    /// <param name="payer">Who pays for it.</param>
    /// <param name="read">How many bytes of documents it has read.</param>
    /// <param name="written">How many it has written.</param>
    public void Called(Payer payer, long read, long written) => CostOf(payer).Called(read, written);

    /// <summary>Counts what the store has charged.</summary>
    /// <param name="payer">Who pays for it.</param>
    /// <param name="units">Request units.</param>
    public void Charged(Payer payer, double units) => CostOf(payer).Charged(units);

    /// <summary>What each account has cost in these minutes, the dearest first; the empty one is nobody's.</summary>
    public IReadOnlyList<AccountCost> Accounts()
    {
        var last = NumberOfNow();
        var minutes = Enumerable.Range(0, Kept).Select(place => Find(last - place)).OfType<Minute>();
        return
        [
            .. minutes.SelectMany(minute => minute.Costs)
                .GroupBy(one => one.Key.Account, StringComparer.Ordinal)
                .Select(account => new AccountCost(account.Key, CostCounts.Sum(account.Select(one => one.Value))))
                .OrderByDescending(account => account.Cost.Units ?? account.Cost.Calls)
                .ThenBy(account => account.Account, StringComparer.Ordinal),
        ];
    }

    /// <summary>The minutes, the oldest first and this one last.</summary>
    /// <param name="account">Whose; null for everybody's together.</param>
    public IReadOnlyList<MinuteOfActivity> Of(string? account)
    {
        var last = NumberOfNow();
        return [.. Enumerable.Range(0, Kept).Select(place => Of(account, last - Kept + 1 + place))];
    }

    private static MinuteOfActivity Sum(string? account, Minute minute) => new(
        minute.At,
        minute.Served
            .Where(one => account is null || one.Key.Account == account)
            .GroupBy(one => one.Key.Surface, StringComparer.Ordinal)
            .OrderBy(surface => surface.Key, StringComparer.Ordinal)
            .ToDictionary(surface => surface.Key, surface => RequestCounts.Sum(surface.Select(one => one.Value))),
        minute.Delivered.Where(one => account is null || one.Key == account).Sum(one => one.Value.Value),
        minute.Failed.Where(one => account is null || one.Key == account).Sum(one => one.Value.Value),
        minute.Limits
            .Where(one => account is null || one.Key.Account == account)
            .GroupBy(one => one.Key.Limit, StringComparer.Ordinal)
            .OrderBy(limit => limit.Key, StringComparer.Ordinal)
            .ToDictionary(limit => limit.Key, limit => limit.Sum(one => one.Value.Value)),
        minute.Costs
            .Where(one => account is null || one.Key.Account == account)
            .GroupBy(one => one.Key.Work, StringComparer.Ordinal)
            .OrderBy(work => work.Key, StringComparer.Ordinal)
            .ToDictionary(work => work.Key, work => CostCounts.Sum(work.Select(one => one.Value))));

    private MinuteOfActivity Of(string? account, long number) => Sum(account, Find(number) ?? new(number));

    private Minute? Find(long number) =>
        Volatile.Read(ref _ring[number % Kept]) is { } minute && minute.Number == number ? minute : null;

    private CostCounts CostOf(Payer payer) => Now().Costs.GetOrAdd(payer, static _ => new());

    private Minute Now()
    {
        var number = NumberOfNow();
        ref var place = ref _ring[number % Kept];
        var minute = Volatile.Read(ref place);
        if (minute?.Number == number)
        {
            return minute;
        }

        var next = new Minute(number);
        return Interlocked.CompareExchange(ref place, next, minute) is { } other && other != minute ? other : next;
    }

    private long NumberOfNow() => time.GetUtcNow().UtcTicks / TimeSpan.TicksPerMinute;

    private sealed class Minute(long number)
    {
        public long Number => number;

        public DateTimeOffset At => new(number * TimeSpan.TicksPerMinute, TimeSpan.Zero);

        public ConcurrentDictionary<(string Account, string Surface), RequestCounts> Served { get; } = new();

        public ConcurrentDictionary<(string Account, string Limit), Count> Limits { get; } = new();

        public ConcurrentDictionary<Payer, CostCounts> Costs { get; } = new();

        public ConcurrentDictionary<string, Count> Delivered { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, Count> Failed { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Count
    {
        private int _value;

        public int Value => Volatile.Read(ref _value);

        public void Add() => Interlocked.Increment(ref _value);
    }
}

/// <summary>What was done in a minute.</summary>
/// <param name="At">When it began, UTC.</param>
/// <param name="Surfaces">The requests, by API.</param>
/// <param name="Delivered">How many events their targets took.</param>
/// <param name="Failed">How many attempts no target took.</param>
/// <param name="Refusals">How many requests each limit refused.</param>
/// <param name="Costs">What the store was asked for, by API or by what else it was done for.</param>
public sealed record MinuteOfActivity(
    DateTimeOffset At,
    IReadOnlyDictionary<string, RequestSummary> Surfaces,
    int Delivered,
    int Failed,
    IReadOnlyDictionary<string, int> Refusals,
    IReadOnlyDictionary<string, CostSummary> Costs);

/// <summary>Requests of a minute to an API.</summary>
/// <param name="Requests">How many there were.</param>
/// <param name="Errors">How many were answered by 5xx.</param>
/// <param name="Refused">How many were answered by 4xx.</param>
/// <param name="P50">In how many milliseconds half of them were answered.</param>
/// <param name="P99">In how many milliseconds 99 of a hundred were answered.</param>
public sealed record RequestSummary(int Requests, int Errors, int Refused, double P50, double P99);

/// <summary>
/// Counts requests and how long they take: in four steps to each doubling, so that what is read of it is right within a
/// tenth, however long it is.
/// </summary>
internal sealed class RequestCounts
{
    private const double Shortest = 1.0 / 16;
    private const int StepsToDouble = 4;

    // The last one is 65 seconds and all above.
    private const int Steps = (20 * StepsToDouble) + 1;

    private readonly int[] _took = new int[Steps];
    private int _errors;
    private int _refused;

    /// <summary>Counts one.</summary>
    public void Add(int status, TimeSpan took)
    {
        Interlocked.Increment(ref _took[StepOf(took.TotalMilliseconds)]);
        if (status >= 500)
        {
            Interlocked.Increment(ref _errors);
        }
        else if (status >= 400)
        {
            Interlocked.Increment(ref _refused);
        }
    }

    /// <summary>What several have counted.</summary>
    public static RequestSummary Sum(IEnumerable<RequestCounts> all)
    {
        var (took, errors, refused) = (new int[Steps], 0, 0);
        foreach (var counts in all)
        {
            errors += Volatile.Read(ref counts._errors);
            refused += Volatile.Read(ref counts._refused);
            for (var step = 0; step < Steps; step++)
            {
                took[step] += Volatile.Read(ref counts._took[step]);
            }
        }

        var requests = took.Sum();
        return new(requests, errors, refused, Within(took, requests * 0.5), Within(took, requests * 0.99));
    }

    private static int StepOf(double milliseconds) => milliseconds <= Shortest
        ? 0
        : Math.Min((int)Math.Round(StepsToDouble * Math.Log2(milliseconds / Shortest)), Steps - 1);

    private static double Within(int[] took, double share)
    {
        var (step, seen) = (0, took[0]);
        while (seen < share && step < Steps - 1)
        {
            seen += took[++step];
        }

        return Math.Round(Shortest * Math.Pow(2, (double)step / StepsToDouble), 2);
    }
}
