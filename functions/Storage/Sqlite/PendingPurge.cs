using Microsoft.Data.Sqlite;

namespace Sessions.Storage.Sqlite;

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
