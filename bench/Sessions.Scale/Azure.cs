namespace Sessions.Scale;

/// <summary>What Azure allows and asks for, each with the page that says so.</summary>
internal static class Azure
{
    /// <summary>Units a second of a physical partition, and of a logical one.
    /// https://learn.microsoft.com/azure/cosmos-db/concepts-limits</summary>
    public const double PartitionUnits = 10_000;

    /// <summary>Gigabytes of a physical partition.
    /// https://learn.microsoft.com/azure/cosmos-db/partitioning-overview#physical-partitions</summary>
    public const double PhysicalGigabytes = 50;

    /// <summary>Gigabytes of a logical partition. https://learn.microsoft.com/azure/cosmos-db/concepts-limits</summary>
    public const double LogicalGigabytes = 20;

    /// <summary>Units a second of a container, before somebody asks for more. Same page.</summary>
    public const double ContainerUnits = 1_000_000;

    /// <summary>Units a second of a physical partition without provisioning.
    /// https://learn.microsoft.com/azure/cosmos-db/serverless-performance</summary>
    public const double ServerlessUnits = 5_000;

    /// <summary>What autoscale keeps in any case, of its ceiling.
    /// https://learn.microsoft.com/azure/cosmos-db/provision-throughput-autoscale</summary>
    public const double AutoscaleFloor = 0.1;

    /// <summary>Instances of an app. https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan</summary>
    public const int Instances = 1000;

    /// <summary>Milliseconds that the store takes for a request, at the 99th percentile.
    /// https://learn.microsoft.com/azure/cosmos-db/consistency-levels#consistency-levels-and-latency</summary>
    public const double StoreMilliseconds = 10;

    /// <summary>Hours of a month, as the price lists count them.</summary>
    public const double Hours = 730;

    /// <summary>Dollars for a million units without provisioning.
    /// https://azure.microsoft.com/pricing/details/cosmos-db/serverless/</summary>
    public const double ServerlessMillion = 0.25;

    /// <summary>Dollars an hour for 100 units a second of autoscale.
    /// https://azure.microsoft.com/pricing/details/cosmos-db/autoscale-provisioned/</summary>
    public const double AutoscaleHundred = 0.012;

    /// <summary>Dollars a month for a gigabyte. Same pages.</summary>
    public const double Gigabyte = 0.25;

    /// <summary>Dollars for a second of a gigabyte of an instance that came on demand.
    /// https://azure.microsoft.com/pricing/details/functions/</summary>
    public const double OnDemand = 0.000026;

    /// <summary>The same of one that is always ready: for being there.</summary>
    public const double Ready = 0.000004;

    /// <summary>And for its work.</summary>
    public const double ReadyAtWork = 0.000016;

    /// <summary>Dollars for a million calls. Same page.</summary>
    public const double MillionCalls = 0.40;
}
