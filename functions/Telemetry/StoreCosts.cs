using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Text.Json.Serialization;

namespace Sessions.Telemetry;

/// <summary>
/// What an account costs the store: the request units that it charges, where it charges any, and the bytes of the
/// documents that are read and written. <c>sessions.store.units</c> and <c>sessions.store.bytes</c> of the meter
/// <c>Sessions</c>; for the operator it counts by minutes, too. There are as many of each as there are accounts in the
/// settings, times a dozen sorts of work.
/// </summary>
public sealed class StoreCosts
{
    private const string Nobody = "";

    private readonly Counter<double> _units;
    private readonly Counter<long> _bytes;
    private readonly RecentMinutes _minutes;
    private readonly ConcurrentDictionary<string, Payer> _callers = new(StringComparer.Ordinal);

    /// <summary>Makes the instruments.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "A meter is its factory's to dispose of.")]
    public StoreCosts(IMeterFactory meters, RecentMinutes minutes)
    {
        _minutes = minutes;
        var meter = meters.Create("Sessions");
        _units = meter.CreateCounter<double>(
            "sessions.store.units", "{request_unit}", "Request units that the store has charged.");
        _bytes = meter.CreateCounter<long>(
            "sessions.store.bytes", "By", "Bytes of documents that were read from the store and written to it.");
    }

    /// <summary>
    /// Who pays for what is done in a partition: the account that it is of. A caller's request is called by the API
    /// whose partition it is.
    /// </summary>
    /// <param name="partition">The partition, <c>{account}:{API}:…</c>; one without a colon is nobody's.</param>
    /// <param name="work">What it is done for; empty for the requests of callers.</param>
    public Payer Of(ReadOnlySpan<char> partition, string work)
    {
        var account = partition.IndexOf(':');
        if (account < 0)
        {
            return new(Nobody, work.Length > 0 ? work : partition.ToString());
        }

        var api = partition[(account + 1)..].IndexOf(':');
        var named = api < 0 ? partition : partition[..(account + 1 + api)];
        var known = _callers.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!known.TryGetValue(named, out var payer))
        {
            payer = new(named[..account].ToString(), named[(account + 1)..].ToString());
            known.TryAdd(named, payer);
        }

        return work.Length > 0 ? payer with { Work = work } : payer;
    }

    /// <summary>Tells what a request to the store was charged.</summary>
    /// <param name="payer">Who pays.</param>
    /// <param name="request">What it was: <c>read</c>, <c>query</c> or <c>write</c>.</param>
    /// <param name="units">Request units.</param>
    public void Charged(Payer payer, string request, double units)
    {
        _minutes.Charged(payer, units);
        if (_units.Enabled)
        {
            _units.Add(
                units,
                new("sessions.account", payer.Account),
                new("sessions.work", payer.Work),
                new("sessions.store.request", request));
        }
    }

    /// <summary>Tells of a call of the store.</summary>
    /// <param name="payer">Who pays.</param>
    /// <param name="read">How many bytes the documents have that it gave.</param>
    /// <param name="written">How many bytes the documents have that it wrote.</param>
    public void Called(Payer payer, long read, long written)
    {
        _minutes.Called(payer, read, written);
        if (_bytes.Enabled)
        {
            Tell(payer, "read", read);
            Tell(payer, "write", written);
        }
    }

    private void Tell(Payer payer, string way, long bytes)
    {
        if (bytes > 0)
        {
            _bytes.Add(
                bytes,
                new("sessions.account", payer.Account),
                new("sessions.work", payer.Work),
                new("sessions.store.way", way));
        }
    }
}

/// <summary>Who pays for what the store does.</summary>
/// <param name="Account">The account's id; empty for what is nobody's.</param>
/// <param name="Work">The API, as partitions name it, or what else it is done for.</param>
public sealed record Payer(string Account, string Work);

/// <summary>Counts what the store was asked for and what it charged. Counting takes no lock.</summary>
internal sealed class CostCounts
{
    // Charges have two digits behind the point.
    private const double Fine = 1000;

    private int _calls;
    private long _read;
    private long _written;
    private long _thousandths;
    private bool _isCharged;

    /// <summary>Counts a call.</summary>
    public void Called(long read, long written)
    {
        Interlocked.Increment(ref _calls);
        Interlocked.Add(ref _read, read);
        Interlocked.Add(ref _written, written);
    }

    /// <summary>Counts a charge.</summary>
    public void Charged(double units)
    {
        Interlocked.Add(ref _thousandths, (long)Math.Round(units * Fine));
        Volatile.Write(ref _isCharged, true);
    }

    /// <summary>What several have counted.</summary>
    public static CostSummary Sum(IEnumerable<CostCounts> all)
    {
        var (calls, read, written, thousandths, isCharged) = (0, 0L, 0L, 0L, false);
        foreach (var counts in all)
        {
            calls += Volatile.Read(ref counts._calls);
            read += Volatile.Read(ref counts._read);
            written += Volatile.Read(ref counts._written);
            thousandths += Volatile.Read(ref counts._thousandths);
            isCharged |= Volatile.Read(ref counts._isCharged);
        }

        return new(calls, read, written, isCharged ? thousandths / Fine : null);
    }
}

/// <summary>What the store was asked for.</summary>
/// <param name="Calls">How often.</param>
/// <param name="BytesRead">How many bytes the documents have that it gave.</param>
/// <param name="BytesWritten">How many bytes the documents have that it was given.</param>
/// <param name="Units">How many request units it charged; absent where the store charges none.</param>
public sealed record CostSummary(
    int Calls,
    long BytesRead,
    long BytesWritten,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Units);

/// <summary>What an account has cost.</summary>
/// <param name="Account">The account's id; empty for what is nobody's.</param>
/// <param name="Cost">What it has cost.</param>
public sealed record AccountCost(string Account, CostSummary Cost);
