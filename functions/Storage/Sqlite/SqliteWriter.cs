using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Sessions.Storage.Sqlite;

/// <summary>
/// The one that writes. What has come while it was busy goes into the next transaction together, so that one wait for
/// the disk serves all of it.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MaxQueue = 16_384;
    private const int MaxGroup = 512;

    private readonly Channel<IPendingWork> queue = Channel.CreateBounded<IPendingWork>(
        new BoundedChannelOptions(MaxQueue) { SingleReader = true });

    private readonly List<IPendingWork> group = [];
    private readonly SqliteDatabase database;
    private readonly SqliteTransaction transaction;
    private readonly SqliteWrites writes;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Task loop;

    public SqliteWriter(SqliteDatabase database, TimeProvider clock, ILogger logger)
    {
        this.database = database;
        this.clock = clock;
        this.logger = logger;
        transaction = new SqliteTransaction(database);
        writes = new SqliteWrites(database);
        loop = Task.Run(Run);
    }

    /// <summary>Queues it; <see langword="false"/> when too much waits or the writer has been disposed of.</summary>
    public bool TryQueue(IPendingWork work) => queue.Writer.TryWrite(work);

    /// <summary>Does what has been queued, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
        database.Dispose();
    }

    private async Task Run()
    {
        while (await queue.Reader.WaitToReadAsync())
        {
            TakeGroup();
            try
            {
                CommitGroup();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                logger.GroupFailed(failure, group.Count);
                Abandon(failure);
            }

            group.Clear();
        }
    }

    private void TakeGroup()
    {
        for (var size = 0; size < MaxGroup && queue.Reader.TryRead(out var work);)
        {
            if (!work.GivenUp())
            {
                group.Add(work);
                size += work.Size;
            }
        }
    }

    private void CommitGroup()
    {
        if (group.Count == 0)
        {
            return;
        }

        var now = clock.GetUtcNow();
        transaction.Begin();
        foreach (var work in group)
        {
            work.Apply(transaction, writes, now);
        }

        transaction.Commit();
        group.ForEach(work => work.Succeed());
    }

    private void Abandon(Exception failure)
    {
        try
        {
            transaction.Abandon();
        }
        catch (SqliteException second)
        {
            logger.GroupFailed(second, group.Count);
        }

        group.ForEach(work => work.Fail(failure));
    }
}
