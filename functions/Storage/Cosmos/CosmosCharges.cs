using Microsoft.Azure.Cosmos;
using Sessions.Telemetry;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// Books what the service charges with each answer: as what this process uses of the container, and to the account
/// that it was done for.
/// </summary>
/// <param name="load">What this process uses.</param>
/// <param name="costs">Who is told of what an account costs; null for nobody.</param>
/// <param name="work">What the requests are made for.</param>
/// <param name="ofShard">What the work on its part of the container uses; null for work on no part.</param>
internal sealed class CosmosCharges(CosmosLoad load, StoreCosts? costs, StoreWork work, CosmosLoad? ofShard = null)
{
    /// <summary>Books a request in one partition.</summary>
    public void Read(string partition, double units) => Took(partition, "read", units);

    /// <summary>Books a write, or several of one partition.</summary>
    public void Write(string partition, double units) => Took(partition, "write", units);

    /// <summary>
    /// Books a page of a query. Over partitions it is for the account that it asks about; if it asks about none, for
    /// those whose documents it found, in equal parts; and if it found none, for nobody.
    /// </summary>
    public void Query<T>(CosmosScope scope, IReadOnlyList<T> found, double units)
    {
        if (scope.Partition is { } partition)
        {
            Took(partition, "query", units);
            return;
        }

        Took(units);
        if (scope.Account is null && found is [ILaidOut, ..])
        {
            foreach (var payer in found.OfType<ILaidOut>().GroupBy(one => costs?.Of(one.Partition, work.Name)))
            {
                Charge(payer.Key, "query", units * payer.Count() / found.Count);
            }
        }
        else
        {
            Charge(work.OfAccount(scope.Account ?? ""), "query", units);
        }
    }

    private void Took(double units)
    {
        load.Took(units, work.GivesWay);
        ofShard?.Took(units);
    }

    private void Took(string partition, string request, double units)
    {
        Took(units);
        Charge(costs?.Of(partition, work.Name), request, units);
    }

    private void Charge(Payer? payer, string request, double units)
    {
        if (payer is not null && units > 0)
        {
            costs?.Charged(payer, request, units);
        }
    }
}

/// <summary>What a query looks through.</summary>
/// <param name="Partition">The one partition; null for all of them.</param>
/// <param name="Account">The account whose documents are looked for in all partitions; null for anybody's.</param>
internal sealed record CosmosScope(string? Partition, string? Account = null)
{
    /// <summary>The feed range to look through alone; null for everything.</summary>
    public FeedRange? Range { get; private init; }

    /// <summary>Everything.</summary>
    public static CosmosScope Everywhere { get; } = new(Partition: null);

    /// <summary>A part of the container; see <see cref="FeedRanges"/>.</summary>
    public static CosmosScope Shard(string shard) => new(Partition: null) { Range = FeedRanges.Of(shard) };

    /// <summary>One partition.</summary>
    public static CosmosScope In(string partition) => new(partition);

    /// <summary>All of an account's.</summary>
    public static CosmosScope Of(string account) => new(null, account);
}

/// <summary>A row that says where its item lies.</summary>
internal interface ILaidOut
{
    /// <summary>The partition.</summary>
    string Partition { get; }
}
