using System.Text.Json.Serialization;

namespace Sessions.Telemetry;

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
