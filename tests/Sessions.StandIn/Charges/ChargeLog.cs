using System.Collections.Concurrent;

namespace Sessions.StandIn.Charges;

/// <summary>One request and what it cost.</summary>
/// <param name="Operation">Such as <c>create</c>, <c>read</c>, <c>query</c> or <c>batch</c>.</param>
/// <param name="Status">What it was answered with.</param>
/// <param name="Units">What it cost in request units.</param>
/// <param name="Query">What a query did; null for all else.</param>
public sealed record Charge(string Operation, int Status, double Units, QueryFacts? Query = null);

/// <summary>What one page of a query did.</summary>
/// <param name="Sql">Its text, as it came.</param>
/// <param name="Filters">How each of its conditions was answered.</param>
/// <param name="Order">How its order came about.</param>
/// <param name="Loaded">How many items were loaded.</param>
/// <param name="LoadedBytes">And how large they were.</param>
/// <param name="Returned">How many rows it gave.</param>
/// <param name="ReturnedBytes">And how large they were.</param>
/// <param name="HasMore">Whether another page follows.</param>
public sealed record QueryFacts(
    string Sql, IReadOnlyList<IndexUse> Filters, OrderUse Order, int Loaded, long LoadedBytes, int Returned,
    long ReturnedBytes, bool HasMore);

/// <summary>How one condition was answered.</summary>
/// <param name="Condition">Its text.</param>
/// <param name="Lookup">By what kind of lookup.</param>
/// <param name="Index">The paths of the index; empty without one.</param>
public sealed record IndexUse(string Condition, Lookup Lookup, string Index);

/// <summary>The kinds of lookup: https://learn.microsoft.com/azure/cosmos-db/index-overview#index-usage</summary>
public enum Lookup
{
    /// <summary>To one value.</summary>
    Seek,

    /// <summary>Along a range of values.</summary>
    Scan,

    /// <summary>Over all values of the index.</summary>
    FullScan,

    /// <summary>In no index: the items are loaded and looked at.</summary>
    Load,
}

/// <summary>How an order comes about.</summary>
public enum OrderUse
{
    /// <summary>None was asked for.</summary>
    None,

    /// <summary>An index has it: items are loaded as they are wanted.</summary>
    FromIndex,

    /// <summary>All that the filter finds is loaded first.</summary>
    Sorted,
}

/// <summary>Keeps what was charged while somebody watches.</summary>
public sealed class ChargeLog
{
    private readonly ConcurrentQueue<Charge> _charges = new();
    private double _units;
    private int _requests;

    /// <summary>Whether to keep each request; the sums are kept always.</summary>
    public bool Watched { get; set; }

    /// <summary>All units since the beginning.</summary>
    public double Units => Volatile.Read(ref _units);

    /// <summary>All requests since the beginning.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>What was kept, in its order.</summary>
    public IReadOnlyCollection<Charge> All => _charges;

    /// <summary>Forgets what was kept.</summary>
    public void Clear() => _charges.Clear();

    internal void Add(Charge charge)
    {
        lock (_charges)
        {
            _units += charge.Units;
            _requests++;
        }

        if (Watched)
        {
            _charges.Enqueue(charge);
        }
    }
}
