using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Logging;
using Sessions.Telemetry;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// Documents in one container of Azure Cosmos DB. A read or a list page is one request, and so is a commit, whatever
/// the number of its writes; a conflict takes one more to explain. What the service refuses for the moment is tried
/// again, for <see cref="CosmosSettings.Patience"/> at most.
/// </summary>
public sealed class CosmosDocumentStore : IDocumentStore, IDisposable
{
    // What a timer does goes on while all of the process uses less than this.
    private const double ShareOfWhatCanWait = 0.5;

    private readonly CosmosClient _client;
    private readonly CosmosSettings _settings;
    private readonly Container _container;
    private readonly CosmosLevel _level = new();
    private readonly StoreCosts? _costs;
    private readonly ShardLoads _shards;
    private readonly CosmosScope _scope = CosmosScope.Shard("");
    private readonly CosmosPace _pace;
    private readonly CosmosRequests _requests;
    private readonly CosmosReader _reader;
    private readonly CosmosMoves _moves;
    private readonly CosmosAnswers _answers;
    private readonly AcrossReader _across;
    private readonly RetryBudget _retries;
    private readonly CosmosLoad _load;
    private readonly TimeProvider _clock;
    private bool _isNew;

    private CosmosDocumentStore(
        CosmosClient client, CosmosSettings settings, TimeProvider clock, ILogger log, StoreCosts? costs)
    {
        _client = client;
        _settings = settings;
        _load = new(settings.UnitsPerSecond * ShareOfWhatCanWait);
        _costs = costs;
        _container = client.GetContainer(settings.Database, settings.Container);
        _shards = new(settings.SweepUnitsPerSecond);
        _pace = new(_load, null);
        var charges = new CosmosCharges(_load, costs, StoreWork.OfCallers);
        _requests = new(_container, _level, charges);
        _moves = new(_container, _level, charges);
        _reader = new(_requests);
        _across = new(_reader);
        _answers = new(log);
        _retries = new(settings.Retries);
        _clock = clock;
    }

    private CosmosDocumentStore(CosmosDocumentStore whole, StoreWork work)
    {
        (_client, _settings, _container) = (whole._client, whole._settings, whole._container);
        (_level, _load, _costs, _shards) = (whole._level, whole._load, whole._costs, whole._shards);
        var ofShard = work.CanWait ? _shards.Of(work.Shard) : null;
        (_scope, _pace) = (CosmosScope.Shard(work.Shard), new(_load, ofShard));
        _requests = new(_container, _level, new(_load, _costs, work, ofShard));
        _moves = whole._moves;
        _reader = new(_requests);
        _across = new(_reader);
        (_answers, _retries, _clock, _isNew) = (whole._answers, whole._retries, whole._clock, whole._isNew);
    }

    /// <summary>Makes the store. Nothing is asked of the service yet: see <see cref="Check"/>.</summary>
    /// <param name="settings">Which container.</param>
    /// <param name="clock">Tells when a document counts as gone.</param>
    /// <param name="logger">Takes the failures that callers see as Unavailable.</param>
    /// <param name="http">Makes the HTTP clients of Gateway mode; the SDK's own when null.</param>
    /// <param name="costs">Is told what each account is charged; nobody when null.</param>
    /// <exception cref="Configuration.SettingsException">The connection string cannot be read.</exception>
    public static CosmosDocumentStore Open(
        CosmosSettings settings,
        TimeProvider clock,
        ILogger<CosmosDocumentStore> logger,
        Func<HttpClient>? http = null,
        StoreCosts? costs = null) =>
        new(CosmosClients.Make(settings, http), settings, clock, logger, costs);

    /// <summary>Makes sure that the container is there and as it should be.</summary>
    /// <exception cref="StoreStartException">It is not; the message says why.</exception>
    public async Task Check(CancellationToken cancellation)
    {
        var found = await new CosmosStart(_client, _settings).Run(cancellation);
        _isNew = found.IsNew;
        _level.Know(found.Consistency);
    }

    /// <inheritdoc/>
    /// <remarks>Items are carried over one by one, so it is known only of a container that was made here.</remarks>
    public DateTimeOffset? CarriedOverAt => _isNew ? DateTimeOffset.MinValue : null;

    /// <inheritdoc/>
    public int HeldBack => _retries.HeldBack;

    /// <inheritdoc/>
    public IDocumentStore For(StoreWork work) => new CosmosDocumentStore(this, work);

    /// <inheritdoc/>
    /// <remarks>One for each physical partition: that is what has a throughput of its own.</remarks>
    public async ValueTask<ReadResult<IReadOnlyList<string>>> ReadShards(CancellationToken cancellation)
    {
        using var budget = Budget(cancellation);
        var shards = _answers.Shards(await budget.SendUntilAnswered(new FeedRanges(_container).Read));
        _shards.Know(shards.Value ?? []);
        return shards;
    }

    /// <inheritdoc/>
    public async ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation)
    {
        // The SDK throws for some ids that no document can have.
        if (!CommitRules.IsName(id) || !CommitRules.IsName(partition))
        {
            return new(StoreOutcome.NotFound, null);
        }

        using var budget = Budget(cancellation);
        return _answers.Document(await _reader.Item(partition, id, budget), _clock.GetUtcNow());
    }

    /// <inheritdoc/>
    public async ValueTask<ReadResult<Document>> ReadByKey(
        string partition, string key, CancellationToken cancellation)
    {
        using var budget = Budget(cancellation);
        var query = CosmosQueries.ByKey(partition, key);
        return _answers.Single(await _reader.Items(query, CosmosScope.In(partition), 1, budget), _clock.GetUtcNow());
    }

    /// <inheritdoc/>
    public async ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation)
    {
        using var budget = Budget(cancellation);
        var page = CosmosQueries.List(query, _clock.GetUtcNow());
        return _answers.Documents(
            await _reader.Items(
                page, CosmosScope.In(query.Partition), query.Limit, budget, query.MaxBytes, query.MayLag),
            query.MaxBytes);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadResult<IReadOnlyList<DocumentName>>> ListNames(
        ListQuery query, CancellationToken cancellation)
    {
        using var budget = Budget(cancellation);
        var page = CosmosQueries.Names(query, _clock.GetUtcNow());
        return _answers.Names(
            await _reader.Listed(page, CosmosScope.In(query.Partition), query.Limit, budget),
            static name => name.ToName());
    }

    /// <inheritdoc/>
    public async ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
        AcrossQuery query, CancellationToken cancellation)
    {
        using var budget = Budget(cancellation);
        return query.Kinds.Count == 0
            ? new(StoreOutcome.Done, [])
            : _answers.Documents(await _across.Read(query, _clock.GetUtcNow(), budget), query.MaxBytes);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation)
    {
        using var budget = Budget(cancellation);
        var now = _clock.GetUtcNow();
        return _answers.Count(query.Account is { } account
            ? await _reader.Number(AcrossSql.Of(query, now), CosmosScope.Of(account), budget)
            : await _reader.Number(CosmosQueries.Count(query, now), CosmosScope.In(query.Partition), budget));
    }

    /// <inheritdoc/>
    public async ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(
        DueQuery query, CancellationToken cancellation)
    {
        using var budget = Budget(cancellation);
        return query.Kinds.Count == 0 || query.Limit == 0
            ? new(StoreOutcome.Done, [])
            : _answers.Names(
                await new DueReader(_reader, _scope, _clock.GetUtcNow(), budget).Read(query),
                static name => name.ToDue());
    }

    /// <inheritdoc/>
    public async ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation)
    {
        using var budget = Budget(cancellation);
        return _answers.Document(
            await _reader.Item(found.Partition, found.Id, budget, mayLag: true), _clock.GetUtcNow());
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

        using var budget = Budget(cancellation);
        var commit = new CosmosCommit(_requests, _reader, partition, writes, _clock.GetUtcNow(), budget);
        return _answers.Commit(await commit.Run(), partition, writes.Count);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadResult<Moves>> ReadMoves(string? since, CancellationToken cancellation)
    {
        using var budget = Budget(cancellation);
        return _answers.Moves(await budget.SendUntilAnswered(stop => _moves.Read(since, stop)));
    }

    /// <inheritdoc/>
    public async ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        using var budget = Budget(cancellation);
        return await new CosmosPurge(_reader, _requests, _scope, _pace, budget).Run(now, limit, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask GiveWay(IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        _pace.Wait(writes.Count, writes.Sum(write => (long)CommitRules.BytesOf(write)), cancellation);

    /// <summary>Its own time, to the half of a second; null when it does not answer.</summary>
    internal async ValueTask<DateTimeOffset?> TellTime(CancellationToken cancellation)
    {
        using var budget = Budget(cancellation);
        var stamp = await budget.Send(_requests.Stamp);
        return stamp.Value is { } told
            ? DateTimeOffset.FromUnixTimeSeconds(told.Seconds) + TimeSpan.FromSeconds(0.5)
            : null;
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    private CosmosBudget Budget(CancellationToken cancellation) => new(_settings.Patience, _retries, cancellation);
}
