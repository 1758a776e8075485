using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Sessions.Storage.Sqlite;

/// <summary>
/// The one that writes. What has come while it was busy goes into the next transaction together, so that one wait for
/// the disk serves all of it; see <see cref="WriteTurns{T}"/>. It waits for the disk, so it has a thread of its own.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private readonly WriteTurns<IPendingWork> _queue;
    private readonly List<IPendingWork> _group = [];
    private readonly List<Move> _moved = [];
    private readonly SqliteDatabase _database;
    private readonly SqliteFileWatch _watch;
    private readonly SqliteCheckpointer _checkpointer;
    private readonly SqliteTransaction _transaction;
    private readonly SqliteWrites _writes;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Task _loop;

    public SqliteWriter(
        SqliteDatabase database,
        SqliteCheckpointer checkpointer,
        SqliteFileWatch watch,
        CallersFirst callers,
        TimeProvider clock,
        ILogger logger)
    {
        _queue = new(TimeProvider.System, callers);
        _database = database;
        _checkpointer = checkpointer;
        _watch = watch;
        _clock = clock;
        _logger = logger;
        _transaction = new SqliteTransaction(_database);
        _writes = new SqliteWrites(_database);
        _loop = Task.Factory.StartNew(
            Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Queues it; <see langword="false"/> when too much waits or the writer has been disposed of.</summary>
    /// <param name="work">The work.</param>
    /// <param name="canWait">Whether it comes after what cannot.</param>
    public bool TryQueue(IPendingWork work, bool canWait) => _queue.TryAdd(work, canWait);

    /// <summary>Does what has been queued, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Complete();
        await _loop;
        await _checkpointer.DisposeAsync();
        _database.Dispose();
    }

    private void Run()
    {
        while (_queue.Wait())
        {
            WriteAll();
        }

        WriteAll();
    }

    private void WriteAll()
    {
        for (_queue.Take(_group); _group.Count > 0; _queue.Take(_group))
        {
            try
            {
                _checkpointer.Run(CommitGroup);
                _checkpointer.Wrote(_database.TakePagesWritten());
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                _logger.GroupFailed(failure, _group.Count);
                Abandon(failure);
            }

            _group.Clear();
        }
    }

    private void CommitGroup()
    {
        if (!_watch.IsInPlace())
        {
            throw new SqliteException(
                "The file was removed, moved or replaced. Put it back and start again.", raw.SQLITE_IOERR);
        }

        var now = _clock.GetUtcNow();
        _transaction.Begin();
        foreach (var work in _group)
        {
            work.Apply(_transaction, _writes, now);
        }

        _moved.Clear();
        _group.ForEach(work => work.AddMoved(_moved));
        _writes.Tell(_moved);
        _transaction.Commit();
        _group.ForEach(work => work.Succeed());
    }

    private void Abandon(Exception failure)
    {
        try
        {
            _transaction.Abandon();
        }
        catch (SqliteException second)
        {
            _logger.GroupFailed(second, _group.Count);
        }

        _group.ForEach(work => work.Fail(failure));
    }
}

/// <summary>Something that waits for its turn in a group, and whose caller waits for the group's commit.</summary>
internal interface IPendingWork : IQueuedWork
{
    /// <summary>Does it, inside the group's transaction.</summary>
    void Apply(SqliteTransaction transaction, SqliteWrites writes, DateTimeOffset now);

    /// <summary>Adds what was written by it of which others are told.</summary>
    void AddMoved(List<Move> moved)
    {
    }

    /// <summary>Tells the caller, once the group is durable.</summary>
    void Succeed();

    /// <summary>Tells the caller that the group came to nothing.</summary>
    void Fail(Exception failure);
}

/// <summary>One caller's commit.</summary>
/// <param name="first">What it writes.</param>
/// <param name="second">What it writes in another partition; null for nothing.</param>
/// <param name="cancellation">Ends it while it waits.</param>
internal sealed class PendingCommit(Batch first, Batch? second, CancellationToken cancellation)
    : TaskCompletionSource<CommitResult>(TaskCreationOptions.RunContinuationsAsynchronously), IPendingWork
{
    private readonly string[] _etags = new string[first.Writes.Count + (second?.Writes.Count ?? 0)];
    private CommitResult _result;

    public int Size => _etags.Length;

    public void AddMoved(List<Move> moved)
    {
        if (_result.Outcome is StoreOutcome.Done)
        {
            AddMoved(first.Writes, 0, moved);
            AddMoved(second?.Writes ?? [], first.Writes.Count, moved);
        }
    }

    public bool GivenUp() => cancellation.IsCancellationRequested && TrySetCanceled(cancellation);

    public void Apply(SqliteTransaction transaction, SqliteWrites store, DateTimeOffset now)
    {
        var left = LeaveOut(first, 0, store, now)
            + (second is { } along ? LeaveOut(along, first.Writes.Count, store, now) : 0);
        if (Size - left <= 1)
        {
            // Nothing else would have to be undone: SQLite need not keep each page as it was before.
            ApplyAll(store, now);
        }
        else
        {
            transaction.Part(() => ApplyAll(store, now));
        }
    }

    public void Succeed() => SetResult(_result);

    public void Fail(Exception failure)
    {
        if (failure is SqliteException)
        {
            SetResult(new CommitResult(StoreOutcome.Unavailable, []));
        }
        else
        {
            SetException(failure);
        }
    }

    private void AddMoved(IReadOnlyList<Write> writes, int before, List<Move> moved)
    {
        for (var index = 0; index < writes.Count; index++)
        {
            if (writes[index].Written is { } document && Moves.Tell(document)
                && _etags[before + index] is { Length: > 0 } etag)
            {
                moved.Add(Move.Of(document, etag));
            }
        }
    }

    // What is for nobody has no version.
    private int LeaveOut(Batch batch, int before, SqliteWrites store, DateTimeOffset now)
    {
        var left = 0;
        for (var index = 0; index < batch.Writes.Count; index++)
        {
            if (store.IsForNobody(batch.Writes[index], now))
            {
                _etags[before + index] = "";
                left++;
            }
        }

        return left;
    }

    private bool ApplyAll(SqliteWrites store, DateTimeOffset now)
    {
        if (!Apply(first, 0, store, now) || (second is { } along && !Apply(along, first.Writes.Count, store, now)))
        {
            return false;
        }

        _result = new CommitResult(StoreOutcome.Done, _etags);
        return true;
    }

    private bool Apply(Batch batch, int before, SqliteWrites store, DateTimeOffset now)
    {
        for (var index = 0; index < batch.Writes.Count; index++)
        {
            var write = batch.Writes[index];
            if (_etags[before + index] is not null)
            {
                continue;
            }

            var etag = store.NewETag();
            var outcome = store.Apply(batch.Partition, write, etag, now);
            if (outcome is not StoreOutcome.Done)
            {
                _result = new CommitResult(outcome, [], before + index);
                return false;
            }

            _etags[before + index] = write.Written is null ? "" : etag;
        }

        return true;
    }
}

/// <summary>One bounded piece of a purge.</summary>
internal sealed class PendingPurge(DateTimeOffset purgeBy, int limit, CancellationToken cancellation)
    : TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously), IPendingWork
{
    private int _purged;

    public int Size => limit;

    public bool GivenUp() => cancellation.IsCancellationRequested && TrySetCanceled(cancellation);

    public void Apply(SqliteTransaction transaction, SqliteWrites writes, DateTimeOffset now) =>
        _purged = writes.Purge(purgeBy, limit);

    public void Succeed() => SetResult(_purged);

    public void Fail(Exception failure)
    {
        if (failure is SqliteException)
        {
            SetResult(0);
        }
        else
        {
            SetException(failure);
        }
    }
}
