using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Sessions.Storage.Sqlite;

/// <summary>
/// The one that writes. What has come while it was busy goes into the next transaction together, so that one wait for
/// the disk serves all of it.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MaxQueue = 16_384;
    private const int MaxGroup = 512;

    private readonly Channel<IPendingWork> _queue = Channel.CreateBounded<IPendingWork>(
        new BoundedChannelOptions(MaxQueue) { SingleReader = true });

    private readonly List<IPendingWork> _group = [];
    private readonly SqliteDatabase _database;
    private readonly SqliteFileWatch _watch;
    private readonly SqliteTransaction _transaction;
    private readonly SqliteWrites _writes;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Task _loop;

    public SqliteWriter(SqliteDatabase database, SqliteFileWatch watch, TimeProvider clock, ILogger logger)
    {
        _database = database;
        _watch = watch;
        _clock = clock;
        _logger = logger;
        _transaction = new SqliteTransaction(_database);
        _writes = new SqliteWrites(_database);
        _loop = Task.Run(Run);
    }

    /// <summary>Queues it; <see langword="false"/> when too much waits or the writer has been disposed of.</summary>
    public bool TryQueue(IPendingWork work) => _queue.Writer.TryWrite(work);

    /// <summary>Does what has been queued, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        _database.Dispose();
    }

    private async Task Run()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            TakeGroup();
            try
            {
                CommitGroup();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                _logger.GroupFailed(failure, _group.Count);
                Abandon(failure);
            }

            _group.Clear();
        }
    }

    private void TakeGroup()
    {
        for (var size = 0; size < MaxGroup && _queue.Reader.TryRead(out var work);)
        {
            if (!work.GivenUp())
            {
                _group.Add(work);
                size += work.Size;
            }
        }
    }

    private void CommitGroup()
    {
        if (_group.Count == 0)
        {
            return;
        }

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
