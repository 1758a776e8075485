using System.Net;
using Azure.Identity;
using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>Looks at the container before the app takes requests, and says clearly what is wrong with it.</summary>
internal sealed class CosmosStart(CosmosClient client, CosmosSettings settings)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly string _place = $"The container {settings.Container} in the database {settings.Database}";

    /// <returns>Whether it has made the container.</returns>
    public async Task<bool> Run(CancellationToken cancellation)
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

            return isNew;
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
        catch (Exception failure) when (failure is HttpRequestException
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
