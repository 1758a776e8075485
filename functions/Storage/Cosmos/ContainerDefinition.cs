using System.Collections.ObjectModel;
using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// The container as the store needs it: the one place that says so. The template in <c>infra/</c> makes it like this,
/// and a start against another one is refused. Nothing but the partition key and the unique key is fixed for ever.
/// </summary>
public static class ContainerDefinition
{
    /// <summary>The scope of every commit, list and unique key.</summary>
    public const string PartitionKeyPath = "/partition";

    /// <summary>Unique in a partition; each item has one.</summary>
    public const string UniqueKeyPath = "/key";

    /// <summary>Items live for ever unless they say otherwise.</summary>
    public const int DefaultTimeToLive = -1;

    /// <summary>Everything else stays out of the index, which halves what a write costs.</summary>
    public const string ExcludedPath = "/*";

    /// <summary>
    /// What queries look at. The partition key is indexed only when it is named, too.
    /// <c>kind</c>, <c>status</c> and <c>createdAt</c> are found through the composite indexes alone.
    /// </summary>
    public static IReadOnlyList<string> IncludedPaths { get; } = ["/partition/?", "/key/?", "/dueAt/?"];

    /// <summary>The orders of lists: by kind, by status, and over partitions. Each serves both directions.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> CompositeIndexes { get; } =
    [
        ["/partition", "/kind", "/createdAt", "/id"],
        ["/partition", "/kind", "/status", "/createdAt", "/id"],
        ["/createdAt", "/id", "/partition"],
    ];

    /// <summary>What to create a container of this name with.</summary>
    public static ContainerProperties Named(string name)
    {
        var properties = new ContainerProperties(name, PartitionKeyPath)
        {
            PartitionKeyDefinitionVersion = PartitionKeyDefinitionVersion.V2,
            DefaultTimeToLive = DefaultTimeToLive,
            UniqueKeyPolicy = { UniqueKeys = { new UniqueKey { Paths = { UniqueKeyPath } } } },
            IndexingPolicy = { ExcludedPaths = { new ExcludedPath { Path = ExcludedPath } } },
        };
        foreach (var path in IncludedPaths)
        {
            properties.IndexingPolicy.IncludedPaths.Add(new() { Path = path });
        }

        foreach (var paths in CompositeIndexes)
        {
            properties.IndexingPolicy.CompositeIndexes.Add(Composite(paths));
        }

        return properties;
    }

    private static Collection<CompositePath> Composite(IEnumerable<string> paths) =>
        [.. paths.Select(path => new CompositePath { Path = path, Order = CompositePathSortOrder.Ascending })];
}
