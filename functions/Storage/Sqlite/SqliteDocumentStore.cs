using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ObjectPool;

namespace Sessions.Storage.Sqlite;

/// <summary>
/// Documents in one SQLite file. Reads run on the caller's thread, writes of all callers are gathered into common
/// transactions. What was answered Done survives the end of the process and of the power. Several processes may use
/// one file. A commit whose caller gives up while it waits is not made; one that has begun may be.
/// </summary>
public sealed class SqliteDocumentStore : IDocumentStore, IAsyncDisposable
{
    private const int PurgeChunk = 25;
    private const int MaxIdleReaders = 32;

    // How many documents that are due are read at a time while callers ask, who wait for the thread.
    private const int DueBeside = 100;

    private readonly SqliteWriter _writer;
    private readonly SqliteLengthKeeper _lengths;
    private readonly ObjectPool<SqliteReader> _readers;
    private readonly SqliteFileWatch _watch;
    private readonly Lazy<SqliteMoves> _moves;
    private readonly CallersFirst _callers;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SqliteDocumentStore? _whole;
    private readonly bool _canWait;
    private readonly bool _isCaller = true;
    private volatile bool _isClosed;

    private SqliteDocumentStore(SqliteFile file, TimeProvider clock, ILogger logger)
    {
        _clock = clock;
        _logger = logger;
        var database = file.OpenWriter();
        CarriedOverAt = SqliteSteps.LastOf(database);
        _watch = file.Watch!;
        _callers = new(TimeProvider.System);
        _writer = new SqliteWriter(database, file.OpenCheckpointer(), _watch, _callers, clock, logger);
        _lengths = new(_writer);
        _moves = new(file.OpenMoves);
        _readers = new DefaultObjectPoolProvider { MaximumRetained = MaxIdleReaders }.Create(file);
    }

    private SqliteDocumentStore(SqliteDocumentStore whole, StoreWork work)
    {
        (_whole, _canWait, _isCaller) = (whole, work.CanWait, IsOfCallers(work));
        (_writer, _lengths, _readers, _moves, _watch, _callers, _clock, _logger) = (
            whole._writer, whole._lengths, whole._readers, whole._moves, whole._watch, whole._callers, whole._clock,
            whole._logger);
        CarriedOverAt = whole.CarriedOverAt;
    }

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="options">Where the file is.</param>
    /// <param name="clock">Tells when a document counts as gone.</param>
    /// <param name="logger">Takes the failures that callers see as Unavailable.</param>
    /// <exception cref="StoreStartException">The file is damaged, not ours, too new or out of reach.</exception>
    public static SqliteDocumentStore Open(
        SqliteStoreOptions options, TimeProvider clock, ILogger<SqliteDocumentStore> logger) =>
        new(new SqliteFile(options, clock, logger), clock, logger);

    /// <inheritdoc/>
    public DateTimeOffset? CarriedOverAt { get; }

    /// <inheritdoc/>
    /// <remarks>A file has one part: there is one writer.</remarks>
    public IDocumentStore For(StoreWork work) => new SqliteDocumentStore(_whole ?? this, work);

    /// <inheritdoc/>
    public ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation) =>
        Read((partition, id), static (reader, at, now) => reader.ById(at.partition, at.id, now), cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadResult<IReadOnlyList<Document>>> Read(
        string partition, IReadOnlyList<string> ids, CancellationToken cancellation) =>
        Read((partition, ids), static (reader, at, now) => reader.ByIds(at.partition, at.ids, now), cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadResult<Document>> ReadByKey(string partition, string key, CancellationToken cancellation) =>
        Read((partition, key), static (reader, at, now) => reader.ByKey(at.partition, at.key, now), cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation) =>
        Read(query, static (reader, query, now) => reader.List(query, now), cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadResult<IReadOnlyList<DocumentName>>> ListNames(
        ListQuery query, CancellationToken cancellation) =>
        Read(query, static (reader, query, now) => reader.ListNames(query, now), cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
        AcrossQuery query, CancellationToken cancellation) =>
        Read(query, static (reader, query, now) => reader.ListAcross(query, now), cancellation);

    /// <inheritdoc/>
    public async ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation)
    {
        var counted = await Read(query, static (reader, query, now) => reader.Count(query, now), cancellation);
        if (counted.Value is { Scanned: >= SqliteCounts.Many })
        {
            _ = _lengths.Keep(query with { WithDue = true });
        }

        return new(counted.Outcome, counted.Value is { } count ? new(count.Value) : null);
    }

    /// <inheritdoc/>
    public ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(
        DueQuery query, CancellationToken cancellation) =>
        Read(
            _canWait && _callers.AreThere ? query with { Limit = Math.Min(query.Limit, DueBeside) } : query,
            static (reader, query, now) => reader.ReadDue(query, now),
            cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation) =>
        found.Whole is { } whole
            ? ValueTask.FromResult(new ReadResult<Document>(StoreOutcome.Done, whole))
            : Read(found.Partition, found.Id, cancellation);

    /// <inheritdoc/>
    public ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        CommitRules.Check(partition, writes);
        return Commit(new PendingCommit(new(partition, writes), null, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public bool SpansPartitions => true;

    /// <inheritdoc/>
    public ValueTask<CommitResult> Commit(Batch first, Batch second, CancellationToken cancellation)
    {
        CommitRules.Check(first.Partition, first.Writes);
        CommitRules.Check(second.Partition, second.Writes);
        return Commit(new PendingCommit(first, second, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public ValueTask<ReadResult<Moves>> ReadMoves(string? since, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReadResult<Moves>>(cancellation);
        }

        try
        {
            return ValueTask.FromResult<ReadResult<Moves>>(IsClosed || !_watch.IsInPlace()
                ? new(StoreOutcome.Unavailable, null)
                : new(StoreOutcome.Done, _moves.Value.Since(since)));
        }
        catch (Exception failure) when (failure is SqliteException or ObjectDisposedException)
        {
            _logger.ReadFailed(failure);
            return ValueTask.FromResult<ReadResult<Moves>>(new(StoreOutcome.Unavailable, null));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        var purged = 0;
        while (purged < limit)
        {
            var chunk = Math.Min(PurgeChunk, limit - purged);
            var purge = new PendingPurge(now, chunk, cancellation);
            var count = _writer.TryQueue(purge, canWait: true) ? await purge.Task : 0;
            purged += count;
            if (count < chunk)
            {
                await Shrink(cancellation);
                break;
            }
        }

        return purged;
    }

    // Once what is gone is removed.
    private async Task Shrink(CancellationToken cancellation)
    {
        for (var isThereMore = true; isThereMore;)
        {
            var step = new PendingShrinking(cancellation);
            isThereMore = _writer.TryQueue(step, canWait: true) && await step.Task;
        }
    }

    /// <inheritdoc/>
    public ValueTask GiveWay(IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        _canWait ? _callers.GiveWay(cancellation) : ValueTask.CompletedTask;

    /// <summary>Finishes the writes that wait, then closes the file. Later calls are answered Unavailable.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_whole is not null)
        {
            return;
        }

        _isClosed = true;
        await _writer.DisposeAsync();
        (_readers as IDisposable)?.Dispose();
        if (_moves.IsValueCreated)
        {
            _moves.Value.Dispose();
        }
    }

    private ValueTask<CommitResult> Commit(PendingCommit commit, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? ValueTask.FromCanceled<CommitResult>(cancellation)
        : commit.Size == 0 ? ValueTask.FromResult(new CommitResult(StoreOutcome.Done, []))
        : _writer.TryQueue(commit, _canWait) ? new ValueTask<CommitResult>(commit.Task)
        : ValueTask.FromResult(new CommitResult(Refusal, []));

    private static bool IsOfCallers(StoreWork work) => !work.CanWait && work.Name != StoreWork.Outbox.Name;

    private bool IsClosed => (_whole ?? this)._isClosed;

    private StoreOutcome Refusal => IsClosed ? StoreOutcome.Unavailable : StoreOutcome.Throttled;

    private ValueTask<ReadResult<T>> Read<TQuery, T>(
        TQuery query, Func<SqliteReader, TQuery, DateTimeOffset, T?> read, CancellationToken cancellation)
        where T : class
    {
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReadResult<T>>(cancellation);
        }

        if (_isCaller)
        {
            _callers.Asked();
        }

        return ValueTask.FromResult(
            IsClosed || !_watch.IsInPlace() ? new ReadResult<T>(StoreOutcome.Unavailable, null) : Read(query, read));
    }

    private ReadResult<T> Read<TQuery, T>(TQuery query, Func<SqliteReader, TQuery, DateTimeOffset, T?> read)
        where T : class
    {
        SqliteReader? reader = null;
        try
        {
            reader = _readers.Get();
            var value = read(reader, query, _clock.GetUtcNow());
            _readers.Return(reader);
            return new(value is null ? StoreOutcome.NotFound : StoreOutcome.Done, value);
        }
        catch (Exception failure) when (failure is SqliteException or ObjectDisposedException)
        {
            _logger.ReadFailed(failure);
            reader?.Dispose();
            return new(StoreOutcome.Unavailable, null);
        }
    }
}
