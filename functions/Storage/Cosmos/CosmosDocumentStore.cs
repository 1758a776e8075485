using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Logging;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// Documents in one container of Azure Cosmos DB. A read or a list page is one request, and so is a commit, whatever
/// the number of its writes; a conflict takes one more to explain. What the service refuses for the moment is tried
/// again, for <see cref="CosmosSettings.Patience"/> at most.
/// </summary>
public sealed partial class CosmosDocumentStore : IDocumentStore, IDisposable
{
    private readonly CosmosClient _client;
    private readonly CosmosSettings _settings;
    private readonly CosmosRequests _requests;
    private readonly CosmosReader _reader;
    private readonly DueReader _due;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;

    private CosmosDocumentStore(CosmosClient client, CosmosSettings settings, TimeProvider clock, ILogger log)
    {
        _client = client;
        _settings = settings;
        _requests = new(client.GetContainer(settings.Database, settings.Container));
        _reader = new(_requests);
        _due = new(_reader);
        _clock = clock;
        _log = log;
    }

    /// <summary>Makes the store. Nothing is asked of the service yet: see <see cref="Check"/>.</summary>
    /// <param name="settings">Which container.</param>
    /// <param name="clock">Tells when a document counts as gone.</param>
    /// <param name="logger">Takes the failures that callers see as Unavailable.</param>
    /// <param name="http">Makes the HTTP clients of Gateway mode; the SDK's own when null.</param>
    /// <exception cref="Configuration.SettingsException">The connection string cannot be read.</exception>
    public static CosmosDocumentStore Open(
        CosmosSettings settings,
        TimeProvider clock,
        ILogger<CosmosDocumentStore> logger,
        Func<HttpClient>? http = null) =>
        new(CosmosClients.Make(settings, http), settings, clock, logger);

    /// <summary>Makes sure that the container is there and as it should be.</summary>
    /// <exception cref="StoreStartException">It is not; the message says why.</exception>
    public Task Check(CancellationToken cancellation) => new CosmosStart(_client, _settings).Run(cancellation);

    /// <inheritdoc/>
    public async ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation)
    {
        using var budget = new CosmosBudget(_settings.Patience, cancellation);
        var reply = Known(await _reader.Item(partition, id, budget));
        return Living(reply, reply.Value);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadResult<Document>> ReadByKey(
        string partition, string key, CancellationToken cancellation)
    {
        using var budget = new CosmosBudget(_settings.Patience, cancellation);
        var reply = Known(await _reader.Items(CosmosQueries.ByKey(partition, key), partition, 1, budget));
        return Living(reply, reply.Value?.FirstOrDefault());
    }

    /// <inheritdoc/>
    public async ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation)
    {
        using var budget = new CosmosBudget(_settings.Patience, cancellation);
        var sql = CosmosQueries.List(query, _clock.GetUtcNow());
        return Documents(Known(await _reader.Items(sql, query.Partition, query.Limit, budget)));
    }

    /// <inheritdoc/>
    public async ValueTask<ReadResult<IReadOnlyList<Document>>> ReadDue(
        IReadOnlyCollection<string> kinds, DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        using var budget = new CosmosBudget(_settings.Patience, cancellation);
        return kinds.Count == 0 || limit == 0
            ? new(StoreOutcome.Done, [])
            : Documents(Known(await _due.Read(kinds, now, limit, _clock.GetUtcNow(), budget)));
    }

    /// <inheritdoc/>
    public async ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        CommitRules.Check(partition, writes);
        cancellation.ThrowIfCancellationRequested();
        if (writes.Count == 0)
        {
            return new(StoreOutcome.Done, []);
        }

        using var budget = new CosmosBudget(_settings.Patience, cancellation);
        var commit = new CosmosCommit(_requests, _reader, partition, writes, _clock.GetUtcNow(), budget);
        var result = await commit.Run();
        if (result.Outcome is StoreOutcome.Unavailable)
        {
            LogLostCommit(writes.Count);
        }

        return result;
    }

    /// <summary>Nothing to do: the service removes items whose time to live has passed.</summary>
    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        ValueTask.FromResult(0);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    private ReadResult<Document> Living<T>(CosmosReply<T> reply, CosmosItem? item)
        where T : class =>
        reply.Fate is not CosmosFate.Done ? new(CosmosOutcome.Of(reply), null, reply.RetryAfter)
        : item is null || item.IsDeadAt(_clock.GetUtcNow()) ? new(StoreOutcome.NotFound, null)
        : new(StoreOutcome.Done, item.ToDocument());

    private static ReadResult<IReadOnlyList<Document>> Documents(CosmosReply<List<CosmosItem>> reply) => new(
        CosmosOutcome.Of(reply), reply.Value?.ConvertAll(item => item.ToDocument()), reply.RetryAfter);

    private CosmosReply<T> Known<T>(CosmosReply<T> reply)
        where T : class
    {
        if (reply.Fate is CosmosFate.Unknown or CosmosFate.Forbidden)
        {
            LogFailedRead((int)reply.Status, reply.SubStatus);
        }

        return reply;
    }

    [LoggerMessage(1, LogLevel.Error, "A read failed: Cosmos DB answered {Status}/{SubStatus} until the time was up")]
    private partial void LogFailedRead(int status, int subStatus);

    [LoggerMessage(2, LogLevel.Error, "Whether a commit of {Count} writes was made is not known: no answer in time")]
    private partial void LogLostCommit(int count);
}
