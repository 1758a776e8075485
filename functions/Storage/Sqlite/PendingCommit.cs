using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Sessions.Storage.Sqlite;

/// <summary>One caller's commit.</summary>
internal sealed class PendingCommit(string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    : TaskCompletionSource<CommitResult>(TaskCreationOptions.RunContinuationsAsynchronously), IPendingWork
{
    private const int ETagLength = 16;
    private readonly string[] _etags = new string[writes.Count];
    private CommitResult _result;

    public int Size => writes.Count;

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
