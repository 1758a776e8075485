namespace Sessions.Storage.Sqlite;

/// <summary>Begins and ends the transactions of the writing connection.</summary>
internal sealed class SqliteTransaction(SqliteDatabase database)
{
    // IMMEDIATE takes the write lock at once: it waits for another process here or nowhere.
    private readonly SqliteStatement begin = database.Prepare("BEGIN IMMEDIATE");
    private readonly SqliteStatement commit = database.Prepare("COMMIT");
    private readonly SqliteStatement rollback = database.Prepare("ROLLBACK");
    private readonly SqliteStatement mark = database.Prepare("SAVEPOINT part");
    private readonly SqliteStatement keep = database.Prepare("RELEASE part");
    private readonly SqliteStatement undo = database.Prepare("ROLLBACK TO part");

    public void Begin() => begin.Execute();

    /// <summary>When it returns, everything is on the disk.</summary>
    public void Commit() => commit.Execute();

    /// <summary>Ends what is left of a failed transaction; SQLite may have ended it by itself.</summary>
    public void Abandon()
    {
        if (database.InTransaction)
        {
            rollback.Execute();
        }
    }

    /// <summary>Makes what <paramref name="part"/> writes, or nothing of it when it returns false.</summary>
    public void Part(Func<bool> part)
    {
        mark.Execute();
        if (!part())
        {
            undo.Execute();
        }

        keep.Execute();
    }
}
