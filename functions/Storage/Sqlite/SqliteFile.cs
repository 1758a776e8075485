using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ObjectPool;

namespace Sessions.Storage.Sqlite;

/// <summary>Opens connections to one file, the first one with care.</summary>
internal sealed class SqliteFile(SqliteStoreOptions options, TimeProvider clock, ILogger logger)
    : PooledObjectPolicy<SqliteReader>
{
    private const int CheckedBytes = 32 * 1024 * 1024;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);
    private readonly string _path = Path.GetFullPath(options.Path);

    /// <summary>Whether the file is still there; once the writing connection is open.</summary>
    public SqliteFileWatch? Watch { get; private set; }

    /// <summary>The connection that writes. Makes the file when there is none.</summary>
    /// <exception cref="StoreStartException">It cannot be used; it is then as it was.</exception>
    public SqliteDatabase OpenWriter()
    {
        SqliteDatabase? database = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            SqliteHeader.Check(_path);
            database = new SqliteDatabase(_path, options.BusyTimeout);
            Prepare(database);
            Watch = new(_path);
            return Interlocked.Exchange(ref database, null);
        }
        catch (SqliteException failure)
        {
            throw StartFailure.From(_path, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw StartFailure.OutOfReach(_path, failure);
        }
        finally
        {
            database?.Dispose();
        }
    }

    public override SqliteReader Create() => new(_path, options.BusyTimeout);

    public override bool Return(SqliteReader obj) => true;

    private void Prepare(SqliteDatabase database)
    {
        database.CheckpointOnClose = false;
        var steps = new SqliteSteps(database, clock, logger);
        if (steps.AreDue)
        {
            // Another process may be at it, and hold the file for as long as an index takes to be made.
            database.BusyTimeout = _patience;
        }

        database.Run("BEGIN IMMEDIATE");
        if (database.Ask("PRAGMA schema_version") == "0")
        {
            database.Run(SqliteSchema.Create);
        }

        Check(database);
        database.Run("COMMIT");
        steps.Run();
        database.BusyTimeout = options.BusyTimeout;
        database.Run($"SELECT {SqliteSchema.Columns} FROM documents LIMIT 0");
        if (database.Ask("PRAGMA journal_mode = WAL") != "wal")
        {
            throw StartFailure.NoWal(_path);
        }

        database.Run(SqliteSchema.WriterSettings);
        database.CheckpointOnClose = true;
    }

    private void Check(SqliteDatabase database)
    {
        SqliteHeader.Check(
            _path, Number(database.Ask("PRAGMA application_id")), Number(database.Ask("PRAGMA user_version")));

        // A check reads the whole file; a large one would hold up the start.
        if (new FileInfo(_path).Length <= CheckedBytes
            && database.Ask("PRAGMA quick_check(1)") is not "ok" and var finding)
        {
            throw StartFailure.Damaged(_path, finding);
        }
    }

    private static long Number(string answer) => long.Parse(answer, CultureInfo.InvariantCulture);
}
