using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sessions.Storage.Sqlite;

/// <summary>An open connection and the statements prepared on it. One caller at a time.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly List<sqlite3_stmt> _statements = [];

    public SqliteDatabase(string path, TimeSpan busyTimeout)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false };
        _connection = new SqliteConnection(settings.ConnectionString);
        _connection.Open();
        BusyTimeout = busyTimeout;
    }

    /// <summary>How long it waits for another process that writes.</summary>
    public TimeSpan BusyTimeout
    {
        set => Check(raw.sqlite3_busy_timeout(_connection.Handle, (int)value.TotalMilliseconds));
    }

    public bool InTransaction => raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    /// <summary>
    /// Whether closing the last connection folds the log into the file. Off while it is not sure that the file is sound
    /// and ours.
    /// </summary>
    public bool CheckpointOnClose
    {
        set => Check(raw.sqlite3_db_config(
            _connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, value ? 0 : 1, out _));
    }

    /// <summary>A statement that lives as long as this.</summary>
    public SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement));
        _statements.Add(statement);
        return new SqliteStatement(_connection.Handle!, statement);
    }

    /// <summary>Runs statements that give nothing back.</summary>
    public void Run(string sql) => Check(raw.sqlite3_exec(_connection.Handle, sql));

    /// <summary>The one value of a statement, as text.</summary>
    public string Ask(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_connection.Handle, sql, out var prepared));
        using (prepared)
        {
            var statement = new SqliteStatement(_connection.Handle!, prepared);
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
            throw SqliteStatement.Failure(_connection.Handle!, result);
        }
    }
}
