using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sessions.Storage.Sqlite;

/// <summary>
/// An open connection and the statements prepared on it. One caller at a time, so SQLite is told to do without its own
/// locks, which SqliteConnection cannot tell it.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    private const int Flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX;

    // SQLITE_DBCONFIG_ENABLE_QPSG, which has no name in SQLitePCL.
    // https://www.sqlite.org/c3ref/c_dbconfig_defensive.html
    private const int StablePlans = 1007;

    private readonly sqlite3 _connection;
    private readonly List<sqlite3_stmt> _statements = [];

    public SqliteDatabase(string path, TimeSpan busyTimeout)
    {
        Batteries_V2.Init();
        var opened = raw.sqlite3_open_v2(path, out _connection, Flags, null);
        try
        {
            Check(opened);
            BusyTimeout = busyTimeout;
            // Else a statement with a bound LIMIT is planned anew at each run.
            Check(raw.sqlite3_db_config(_connection, StablePlans, 1, out _));
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>How long it waits for another process that writes.</summary>
    public TimeSpan BusyTimeout
    {
        set => Check(raw.sqlite3_busy_timeout(_connection, (int)value.TotalMilliseconds));
    }

    public bool InTransaction => raw.sqlite3_get_autocommit(_connection) == 0;

    /// <summary>
    /// Whether closing the last connection folds the log into the file. Off while it is not sure that the file is sound
    /// and ours.
    /// </summary>
    public bool CheckpointOnClose
    {
        set => Check(raw.sqlite3_db_config(
            _connection, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, value ? 0 : 1, out _));
    }

    /// <summary>How many pages it has written since it was asked last.</summary>
    public int TakePagesWritten()
    {
        Check(raw.sqlite3_db_status(_connection, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1));
        return pages;
    }

    /// <summary>Folds the log into the file.</summary>
    /// <param name="mode">SQLite's number of how.</param>
    public SqliteLogState Checkpoint(int mode)
    {
        var result = raw.sqlite3_wal_checkpoint_v2(_connection, "main", mode, out var pages, out var folded);
        if (result != raw.SQLITE_BUSY)
        {
            Check(result);
        }

        return new(pages, folded, result == raw.SQLITE_BUSY);
    }

    /// <summary>A statement that lives as long as this.</summary>
    public SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement));
        _statements.Add(statement);
        return new SqliteStatement(_connection, statement);
    }

    /// <summary>Runs statements that give nothing back.</summary>
    public void Run(string sql) => Check(raw.sqlite3_exec(_connection, sql));

    /// <summary>The one value of a statement, as text.</summary>
    public string Ask(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_connection, sql, out var prepared));
        using (prepared)
        {
            var statement = new SqliteStatement(_connection, prepared);
            statement.Step();
            return statement.Text(0);
        }
    }

    public void Dispose()
    {
        _statements.ForEach(statement => statement.Dispose());
        _connection.Dispose();
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw SqliteStatement.Failure(_connection, result);
        }
    }
}

/// <summary>
/// One prepared statement of a <see cref="SqliteDatabase"/>. It goes below SqliteCommand, which boxes every
/// parameter, makes a reader for every run, and tells of a lost race by an exception.
/// </summary>
internal sealed class SqliteStatement(sqlite3 database, sqlite3_stmt statement)
{
    private const int StackBytes = 384;

    public void Bind(int index, long value) => Check(raw.sqlite3_bind_int64(statement, index, value));

    public void Bind(int index, long? value)
    {
        if (value is { } number)
        {
            Bind(index, number);
        }
        else
        {
            BindNull(index);
        }
    }

    public void Bind(int index, string? value)
    {
        if (value is null)
        {
            BindNull(index);
            return;
        }

        // One byte more than the text: a span without bytes would be bound as NULL.
        var room = Encoding.UTF8.GetMaxByteCount(value.Length) + 1;
        var bytes = room <= StackBytes ? stackalloc byte[StackBytes] : new byte[room];
        var count = Encoding.UTF8.GetBytes(value, bytes);
        Check(count == 0
            ? raw.sqlite3_bind_text(statement, index, string.Empty)
            : raw.sqlite3_bind_text(statement, index, bytes[..count]));
    }

    public void Bind(int index, ReadOnlySpan<byte> value) => Check(
        value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(statement, index, 0)
            : raw.sqlite3_bind_blob(statement, index, value));

    /// <summary>Whether there is a (next) row.</summary>
    public bool Step() => raw.sqlite3_step(statement) switch
    {
        raw.SQLITE_ROW => true,
        raw.SQLITE_DONE => false,
        var failure => throw Failure(database, failure),
    };

    /// <summary>Runs it to its end; how many rows it changed.</summary>
    public int Execute()
    {
        try
        {
            while (Step())
            {
            }

            return raw.sqlite3_changes(database);
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs it for the one number that it gives.</summary>
    public long Ask()
    {
        try
        {
            Step();
            return Number(0);
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Ends a run and lets go of its snapshot. A failed step has been reported already.</summary>
    public void Reset() => _ = raw.sqlite3_reset(statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    public long? NumberOrNull(int column) => IsNull(column) ? null : Number(column);

    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>The same, as the text that it was before, when it is the same.</summary>
    public string Text(int column, string? before) =>
        before is not null && Ascii.Equals(Bytes(column), before) ? before : Text(column);

    /// <inheritdoc cref="Text(int, string?)"/>
    public string? TextOrNull(int column, string? before) => IsNull(column) ? null : Text(column, before);

    /// <summary>The column's bytes, valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    public static SqliteException Failure(sqlite3 database, int result) => new(
        raw.sqlite3_errmsg(database).utf8_to_string(), result, raw.sqlite3_extended_errcode(database));

    private void BindNull(int index) => Check(raw.sqlite3_bind_null(statement, index));

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw Failure(database, result);
        }
    }
}

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
