using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>What keeps a container from being used: how it differs from <see cref="ContainerDefinition"/>.</summary>
internal static class ContainerCheck
{
    /// <summary>The differences that matter, in words; more indexes than needed only cost something.</summary>
    public static IEnumerable<string> Differences(ContainerProperties actual)
    {
        if (actual.PartitionKeyPath != ContainerDefinition.PartitionKeyPath)
        {
            yield return $"its partition key is {actual.PartitionKeyPath}, not {ContainerDefinition.PartitionKeyPath}";
        }

        var unique = actual.UniqueKeyPolicy.UniqueKeys.Select(key => string.Join('+', key.Paths)).ToList();
        if (unique is not [ContainerDefinition.UniqueKeyPath])
        {
            yield return $"its unique keys are [{string.Join(", ", unique)}], not {ContainerDefinition.UniqueKeyPath}";
        }

        if (actual.DefaultTimeToLive != ContainerDefinition.DefaultTimeToLive)
        {
            var holds = actual.DefaultTimeToLive is { } seconds ? $"{seconds}" : "off";
            yield return $"its default time to live is {holds}, not {ContainerDefinition.DefaultTimeToLive}";
        }

        foreach (var missing in MissingIndexes(actual.IndexingPolicy))
        {
            yield return $"it has no index on {missing}";
        }
    }

    private static IEnumerable<string> MissingIndexes(IndexingPolicy policy)
    {
        var included = policy.IncludedPaths.Select(path => path.Path).ToHashSet();
        var composites = policy.CompositeIndexes
            .Select(paths => Composite(paths.Select(path => path.Path)))
            .ToHashSet();
        var single = included.Contains(ContainerDefinition.ExcludedPath) ? [] : ContainerDefinition.IncludedPaths;
        return single.Where(path => !included.Contains(path))
            .Concat(ContainerDefinition.CompositeIndexes.Select(Composite).Where(paths => !composites.Contains(paths)));
    }

    private static string Composite(IEnumerable<string> paths) => string.Join(" with ", paths);
}
