using System.Collections.ObjectModel;
using System.Net;
using System.Net.Sockets;
using Azure.Identity;
using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>Looks at the container before the app takes requests, and says clearly what is wrong with it.</summary>
internal sealed class CosmosStart(CosmosClient client, CosmosSettings settings)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly string _place = $"The container {settings.Container} in the database {settings.Database}";

    /// <returns>Whether it has made the container, and what reads of the account see.</returns>
    public async Task<(bool IsNew, ConsistencyLevel Consistency)> Run(CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(_patience);
        try
        {
            var (container, isNew) = await Find(end.Token);
            var differences = ContainerCheck.Differences(container).ToList();
            if (differences is not [])
            {
                throw new StoreStartException(
                    $"{_place} is not as Sessions needs it: {string.Join("; ", differences)}. It was left as it is. "
                    + "Name another one with Cosmos__Container, or make it with the template in infra/.");
            }

            var account = await client.ReadAccountAsync().WaitAsync(end.Token);
            return (isNew, account.Consistency.DefaultConsistencyLevel);
        }
        catch (CosmosException failure)
        {
            throw Explained(failure);
        }
        catch (AuthenticationFailedException failure)
        {
            throw new StoreStartException(
                $"There is no identity to go to {client.Endpoint} with: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException
            || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new StoreStartException(
                $"Cosmos DB does not answer at {client.Endpoint}: {failure.Message} "
                + "Check Cosmos__Endpoint or Cosmos__ConnectionString, and the network.", failure);
        }
    }

    // Only a key can make databases and containers: a data-plane role cannot, and infra/ has made them by then.
    private async Task<(ContainerProperties Container, bool IsNew)> Find(CancellationToken cancellation)
    {
        try
        {
            var container = client.GetContainer(settings.Database, settings.Container);
            return (await container.ReadContainerAsync(cancellationToken: cancellation), false);
        }
        catch (CosmosException failure)
            when (failure.StatusCode is HttpStatusCode.NotFound && settings.ConnectionString is not null)
        {
            return await Make(cancellation);
        }
    }

    private async Task<(ContainerProperties Container, bool IsNew)> Make(CancellationToken cancellation)
    {
        Database database = await client.CreateDatabaseIfNotExistsAsync(
            settings.Database, cancellationToken: cancellation);
        try
        {
            var container = database.GetContainer(settings.Container);
            return (await container.ReadContainerAsync(cancellationToken: cancellation), false);
        }
        catch (CosmosException absent) when (absent.StatusCode == HttpStatusCode.NotFound)
        {
            var made = await database.CreateContainerIfNotExistsAsync(
                ContainerDefinition.Named(settings.Container), cancellationToken: cancellation);
            return (made.Resource, made.StatusCode is HttpStatusCode.Created);
        }
    }

    private StoreStartException Explained(CosmosException failure) => failure.StatusCode switch
    {
        HttpStatusCode.NotFound => new(
            $"{_place} is not there. Make it with the template in infra/, or name another one with Cosmos__Database "
            + "and Cosmos__Container.", failure),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(
            $"{_place} may not be used: Cosmos DB answered {(int)failure.StatusCode}. Give the app's identity the role "
            + "Cosmos DB Built-in Data Contributor, or check the key.", failure),
        _ => new($"{_place} could not be looked at: Cosmos DB answered {(int)failure.StatusCode}.", failure),
    };
}

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
    /// What queries look at, so that a count, or a look for what is due or gone, is answered by indexes alone. The
    /// partition key is indexed only when it is named, too.
    /// </summary>
    public static IReadOnlyList<string> IncludedPaths { get; } =
    [
        "/partition/?", "/key/?", "/kind/?", "/account/?", "/status/?", "/createdAt/?", "/dueAt/?", "/purgeAt/?",
        "/terms/[]/?",
    ];

    /// <summary>
    /// The orders of lists: by kind, by status, and of an account over its partitions; and of what is due. Each serves
    /// both directions.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<string>> CompositeIndexes { get; } =
    [
        ["/partition", "/kind", "/createdAt", "/id"],
        ["/partition", "/kind", "/status", "/createdAt", "/id"],
        ["/account", "/createdAt", "/id", "/partition"],
        ["/kind", "/dueAt", "/partition", "/id"],
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
