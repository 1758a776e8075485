using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Sessions.Storage.Sqlite;

/// <summary>
/// Folds the log into the file, on a connection and a thread of its own, so that nobody's commit waits for it. It does
/// so in small steps, beside the one that writes and those who read. SQLite begins a log anew only when all of it is in
/// the file and nobody reads from it, which a moment without writes brings about by itself. Where there is none, the
/// one that writes stands still for the last few pages, once the log has become long.
/// </summary>
/// <remarks>https://www.sqlite.org/wal.html#avoiding_excessively_large_wal_files</remarks>
internal sealed class SqliteCheckpointer : IAsyncDisposable
{
    private const int StepsOfALog = 8;

    // What one goes through in some milliseconds with everybody waiting.
    private const int Few = 100;
    private const int Rounds = 4;

    private static readonly TimeSpan _patienceWithReaders = TimeSpan.FromMilliseconds(5);

    private readonly object _gate = new();
    private readonly SqliteDatabase _database;
    private readonly SqliteFileWatch _watch;
    private readonly ILogger _logger;
    private readonly int _pages;
    private bool _isStill;
    private int _written;
    private int _long;
    private Task _folding = Task.CompletedTask;

    /// <param name="path">The file, which is open.</param>
    /// <param name="logBytes">How many bytes make a long log.</param>
    /// <param name="watch">Whether the file is still there.</param>
    /// <param name="logger">Is told what fails.</param>
    public SqliteCheckpointer(string path, int logBytes, SqliteFileWatch watch, ILogger logger)
    {
        (_watch, _logger) = (watch, logger);
        _database = new SqliteDatabase(path, _patienceWithReaders);
        var bytesOfAPage = int.Parse(_database.Ask("PRAGMA page_size"), CultureInfo.InvariantCulture);
        _long = _pages = Math.Max(StepsOfALog, logBytes / bytesOfAPage);
        _database.Run("PRAGMA synchronous = FULL");
    }

    /// <summary>Runs a transaction of the one that writes; it waits while that is to stand still.</summary>
    public void Run(Action transaction)
    {
        lock (_gate)
        {
            while (_isStill)
            {
                Monitor.Wait(_gate);
            }

            transaction();
        }
    }

    /// <summary>
    /// Told after each transaction by the one that writes, who waits here where he writes faster than the disk takes
    /// it.
    /// </summary>
    /// <param name="count">How many pages it wrote.</param>
    public void Wrote(int count)
    {
        _written += count;
        if (_written >= _pages)
        {
            _folding.Wait();
        }

        if (_written >= _pages / StepsOfALog && _folding.IsCompleted)
        {
            _written = 0;
            _folding = Task.Factory.StartNew(
                Fold, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>Ends when what is being folded is; to be called when nothing more is written.</summary>
    public async ValueTask DisposeAsync()
    {
        await _folding;
        _database.Dispose();
    }

    private void Fold()
    {
        try
        {
            if (_watch.IsInPlace())
            {
                FoldStep();
            }
        }
        catch (SqliteException failure)
        {
            _logger.FoldingFailed(failure);
        }
    }

    private void FoldStep()
    {
        var log = _database.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
        if (log.Pages < _pages)
        {
            _long = _pages;
        }
        else if (log.Pages >= _long && !log.IsHeld)
        {
            FoldWhatIsWrittenMeanwhile(log);
            log = StandStill(() => _database.Checkpoint(raw.SQLITE_CHECKPOINT_RESTART));

            // Somebody reads from it for longer: to wait for him again at each step would hold all up.
            _long = log.IsHeld ? log.Pages + _pages : _pages;
        }
    }

    private void FoldWhatIsWrittenMeanwhile(SqliteLogState log)
    {
        for (var (round, folded) = (0, 0); round < Rounds && log.Folded - folded > Few; round++)
        {
            folded = log.Folded;
            log = _database.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
        }
    }

    private T StandStill<T>(Func<T> work)
    {
        Volatile.Write(ref _isStill, true);
        lock (_gate)
        {
            try
            {
                return work();
            }
            finally
            {
                _isStill = false;
                Monitor.PulseAll(_gate);
            }
        }
    }
}

/// <summary>What a checkpoint found and did.</summary>
/// <param name="Pages">How many pages the log had when it began.</param>
/// <param name="Folded">How many of them are in the file now.</param>
/// <param name="IsBusy">Whether others kept it from what it was to do.</param>
internal readonly record struct SqliteLogState(int Pages, int Folded, bool IsBusy)
{
    /// <summary>Whether somebody reads what was there before a part of it, or all of it from the log.</summary>
    public bool IsHeld => IsBusy || Folded < Pages;
}
