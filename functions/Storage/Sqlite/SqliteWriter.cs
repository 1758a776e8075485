using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Sessions.Storage.Sqlite;

/// <summary>
/// The one that writes. What has come while it was busy goes into the next transaction together, so that one wait for
/// the disk serves all of it. What can wait goes along in small parts while there is anything else, so that nobody
/// waits for more of it than that.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MaxQueue = 16_384;
    private const int MaxGroup = 512;

    // What can wait in one transaction, as long as others have come lately. One piece of it goes along in any case.
    private const int MaxBeside = 50;
    private static readonly TimeSpan _lately = TimeSpan.FromSeconds(1);

    private readonly Channel<IPendingWork> _queue = NewQueue();
    private readonly Channel<IPendingWork> _waiting = NewQueue();
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    private readonly List<IPendingWork> _group = [];
    private readonly SqliteDatabase _database;
    private readonly SqliteFileWatch _watch;
    private readonly SqliteTransaction _transaction;
    private readonly SqliteWrites _writes;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Task _loop;
    private long _others;

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
    /// <param name="work">The work.</param>
    /// <param name="canWait">Whether it comes after what cannot.</param>
    public bool TryQueue(IPendingWork work, bool canWait)
    {
        var isQueued = (canWait ? _waiting : _queue).Writer.TryWrite(work);
        _bell.Writer.TryWrite(true);
        return isQueued;
    }

    /// <summary>Does what has been queued, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _waiting.Writer.TryComplete();
        _bell.Writer.TryComplete();
        await _loop;
        _database.Dispose();
    }

    private async Task Run()
    {
        while (await _bell.Reader.WaitToReadAsync())
        {
            _bell.Reader.TryRead(out _);
            WriteAll();
        }

        WriteAll();
    }

    private void WriteAll()
    {
        for (TakeGroup(); _group.Count > 0; TakeGroup())
        {
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
        var size = Take(_queue, 0, MaxGroup);
        if (size > 0)
        {
            _others = TimeProvider.System.GetTimestamp();
        }

        var isBusy = TimeProvider.System.GetElapsedTime(_others) < _lately;
        Take(_waiting, size, isBusy ? Math.Min(size + MaxBeside, MaxGroup) : MaxGroup);
    }

    private int Take(Channel<IPendingWork> from, int size, int most)
    {
        while (size < most && from.Reader.TryRead(out var work))
        {
            if (!work.GivenUp())
            {
                _group.Add(work);
                size += work.Size;
            }
        }

        return size;
    }

    private static Channel<IPendingWork> NewQueue() => Channel.CreateBounded<IPendingWork>(
        new BoundedChannelOptions(MaxQueue) { SingleReader = true });

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

        _writes.Tell([.. _group.SelectMany(work => work.Moved)]);
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
internal interface IPendingWork
{
    /// <summary>How many documents it writes at most.</summary>
    int Size { get; }

    /// <summary>Whether its caller has gone; then it is not done, and its caller has been told.</summary>
    bool GivenUp();

    /// <summary>Does it, inside the group's transaction.</summary>
    void Apply(SqliteTransaction transaction, SqliteWrites writes, DateTimeOffset now);

    /// <summary>What was written by it of which others are told.</summary>
    IEnumerable<Move> Moved { get; }

    /// <summary>Tells the caller, once the group is durable.</summary>
    void Succeed();

    /// <summary>Tells the caller that the group came to nothing.</summary>
    void Fail(Exception failure);
}

/// <summary>One caller's commit.</summary>
internal sealed class PendingCommit(string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    : TaskCompletionSource<CommitResult>(TaskCreationOptions.RunContinuationsAsynchronously), IPendingWork
{
    private const int ETagLength = 16;
    private readonly string[] _etags = new string[writes.Count];
    private CommitResult _result;

    public int Size => writes.Count;

    public IEnumerable<Move> Moved => _result.Outcome is not StoreOutcome.Done ? [] : writes
        .Select((write, index) => write.Written is { } document && Moves.Tell(document)
            ? Move.Of(document, _etags[index])
            : null)
        .OfType<Move>();

    public bool GivenUp() => cancellation.IsCancellationRequested && TrySetCanceled(cancellation);

    public void Apply(SqliteTransaction transaction, SqliteWrites store, DateTimeOffset now)
    {
        if (writes.Count == 1)
        {
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

    private bool ApplyAll(SqliteWrites store, DateTimeOffset now)
    {
        for (var index = 0; index < writes.Count; index++)
        {
            var etag = RandomNumberGenerator.GetHexString(ETagLength, lowercase: true);
            var outcome = store.Apply(partition, writes[index], etag, now);
            if (outcome is not StoreOutcome.Done)
            {
                _result = new CommitResult(outcome, [], index);
                return false;
            }

            _etags[index] = writes[index] is Write.Delete ? "" : etag;
        }

        _result = new CommitResult(StoreOutcome.Done, _etags);
        return true;
    }
}

/// <summary>One bounded piece of a purge.</summary>
internal sealed class PendingPurge(DateTimeOffset purgeBy, int limit, CancellationToken cancellation)
    : TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously), IPendingWork
{
    private int _purged;

    public int Size => limit;

    public IEnumerable<Move> Moved => [];

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
