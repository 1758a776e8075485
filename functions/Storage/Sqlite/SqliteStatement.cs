using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sessions.Storage.Sqlite;

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

    /// <summary>Ends a run and lets go of its snapshot. A failed step has been reported already.</summary>
    public void Reset() => _ = raw.sqlite3_reset(statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    public long? NumberOrNull(int column) => IsNull(column) ? null : Number(column);

    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

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
