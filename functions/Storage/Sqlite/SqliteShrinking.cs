namespace Sessions.Storage.Sqlite;

/// <summary>
/// Gives pages back that nothing is left in, inside the transaction of its connection: the last pages of the file take
/// their places, some at a time. It begins when a quarter of the file is free and stops at a tenth: what is written
/// next goes there. A file that was not made for it stays as long as it is.
/// </summary>
/// <remarks>https://www.sqlite.org/pragma.html#pragma_incremental_vacuum</remarks>
internal sealed class SqliteShrinking(SqliteDatabase database)
{
    // The writer has moved them, each to another place in the file, in about the time of as many writes.
    private const int Pages = 25;

    // A megabyte is not worth it.
    private const int LeastFree = 512;
    private const int BeginsAt = 4;
    private const int EndsAt = 10;

    private readonly SqliteStatement _all = database.Prepare("PRAGMA page_count");
    private readonly SqliteStatement _free = database.Prepare("PRAGMA freelist_count");
    private readonly SqliteStatement _giveBack = database.Prepare($"PRAGMA incremental_vacuum({Pages})");
    private readonly bool _isPossible = database.Ask("PRAGMA auto_vacuum") == "2";
    private bool _isUnderWay;

    /// <summary>Gives the next pages back, if there are so many; whether there are more.</summary>
    public bool Step()
    {
        if (!_isPossible)
        {
            return false;
        }

        var (all, free) = (_all.Ask(), _free.Ask());
        _isUnderWay = free > LeastFree && free > all / (_isUnderWay ? EndsAt : BeginsAt);
        if (_isUnderWay)
        {
            _giveBack.Execute();
        }

        return _isUnderWay;
    }
}

/// <summary>Some pages that are given back; whether there are more.</summary>
internal sealed class PendingShrinking(CancellationToken cancellation)
    : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously), IPendingWork
{
    private bool _isThereMore;

    public int Size => WriteTurns<IPendingWork>.MaxBeside;

    public bool GivenUp() => cancellation.IsCancellationRequested && TrySetCanceled(cancellation);

    public void Apply(SqliteTransaction transaction, SqliteWrites writes, DateTimeOffset now) =>
        _isThereMore = writes.Shrinking.Step();

    public void Succeed() => SetResult(_isThereMore);

    // The next sweep goes on.
    public void Fail(Exception failure) => SetResult(false);
}
