namespace Sessions.Storage.Sqlite;

/// <summary>Begins and ends the transactions of the writing connection.</summary>
internal sealed class SqliteTransaction(SqliteDatabase database)
{
    // IMMEDIATE takes the write lock at once: it waits for another process here or nowhere.
    private readonly SqliteStatement _begin = database.Prepare("BEGIN IMMEDIATE");
    private readonly SqliteStatement _commit = database.Prepare("COMMIT");
    private readonly SqliteStatement _rollback = database.Prepare("ROLLBACK");
    private readonly SqliteStatement _mark = database.Prepare("SAVEPOINT part");
    private readonly SqliteStatement _keep = database.Prepare("RELEASE part");
    private readonly SqliteStatement _undo = database.Prepare("ROLLBACK TO part");

    public void Begin() => _begin.Execute();

    /// <summary>When it returns, everything is on the disk.</summary>
    public void Commit() => _commit.Execute();

    /// <summary>Ends what is left of a failed transaction; SQLite may have ended it by itself.</summary>
    public void Abandon()
    {
        if (database.InTransaction)
        {
            _rollback.Execute();
        }
    }

    /// <summary>Makes what <paramref name="part"/> writes, or nothing of it when it returns false.</summary>
    public void Part(Func<bool> part)
    {
        _mark.Execute();
        if (!part())
        {
            _undo.Execute();
        }

        _keep.Execute();
    }
}
