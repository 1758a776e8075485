using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ObjectPool;
using SQLitePCL;

namespace Sessions.Storage.Sqlite;

/// <summary>Opens connections to one file, the first one with care.</summary>
internal sealed class SqliteFile(SqliteStoreOptions options, TimeProvider clock, ILogger logger)
    : PooledObjectPolicy<SqliteReader>
{
    private const int CheckedBytes = 32 * 1024 * 1024;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _farAhead = TimeSpan.FromMinutes(1);
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
            LookAtRights();
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

    /// <summary>What folds the log into the file; once the writing connection is open.</summary>
    public SqliteCheckpointer OpenCheckpointer() => new(_path, options.LogBytes, Watch!, logger);

    /// <summary>A connection that sees what others write.</summary>
    public SqliteMoves OpenMoves() => new(_path, options.BusyTimeout);

    public override SqliteReader Create() => new(_path, options.BusyTimeout);

    public override bool Return(SqliteReader obj) => true;

    // A file is made for its owner alone. One that others may read was made so on purpose, or by a release of before:
    // that is for its owner to say, so it stays as it is.
    private void LookAtRights()
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(_path) & Others) != 0)
        {
            logger.OthersMayRead(_path);
        }
    }

    private void Prepare(SqliteDatabase database)
    {
        database.CheckpointOnClose = false;
        database.Run(SqliteSchema.SmallPages);
        if (options.Shrinks && database.Ask("PRAGMA schema_version") == "0")
        {
            database.Run(SqliteSchema.GivesBack);
        }

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
        database.Run(SqliteSchema.Moves);
        database.Run("COMMIT");
        steps.Run();
        database.Run($"BEGIN IMMEDIATE; {SqliteSchema.BesideChanges} {SqliteSchema.Lengths} COMMIT");
        database.BusyTimeout = options.BusyTimeout;
        database.Run($"SELECT {SqliteSchema.Columns} FROM documents LIMIT 0");
        if (database.Ask("PRAGMA journal_mode = WAL") != "wal")
        {
            throw StartFailure.NoWal(_path);
        }

        database.Run(SqliteSchema.WriterSettings);
        database.Run($"PRAGMA journal_size_limit = {2L * options.LogBytes}");
        database.CheckpointOnClose = true;
        LookAtClock(database);
    }

    // A file has no clock, but what wrote it last had one.
    private void LookAtClock(SqliteDatabase database)
    {
        if (database.Ask(SqliteSchema.LastChange) is { Length: > 0 } ticks
            && new DateTimeOffset(Number(ticks), TimeSpan.Zero) - clock.GetUtcNow() is var ahead && ahead > _farAhead)
        {
            logger.WrittenLater(_path, ahead);
        }
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

/// <summary>
/// Looks at the first bytes of a file before SQLite does: opening a file may already change it, and what is not ours
/// stays as it is. See https://www.sqlite.org/fileformat.html#the_database_header.
/// </summary>
internal static class SqliteHeader
{
    private const int Length = 100;
    private const int UserVersionAt = 60;
    private const int ApplicationIdAt = 68;

    /// <summary>Passes what is ours, and an empty file, which will be.</summary>
    /// <exception cref="StoreStartException">It is something else.</exception>
    public static void Check(string path)
    {
        using var file = new FileStream(path, SqliteUsers.Mode(
            FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        Span<byte> header = stackalloc byte[Length];
        var read = file.ReadAtLeast(header, Length, throwOnEndOfStream: false);
        if (read == 0)
        {
            return;
        }

        if (read < Length || !header.StartsWith("SQLite format 3\0"u8))
        {
            throw StartFailure.NotADatabase(path);
        }

        Check(
            path,
            BinaryPrimitives.ReadInt32BigEndian(header[ApplicationIdAt..]),
            BinaryPrimitives.ReadInt32BigEndian(header[UserVersionAt..]));
    }

    /// <summary>Passes our mark and every version that there has been.</summary>
    /// <exception cref="StoreStartException">It is something else.</exception>
    public static void Check(string path, long applicationId, long version)
    {
        if (applicationId != SqliteSchema.ApplicationId)
        {
            throw StartFailure.Foreign(path);
        }

        if (version is < 1 or > SqliteSchema.Version)
        {
            throw StartFailure.OtherVersion(path, version);
        }
    }
}

/// <summary>What whoever starts the app is told when the file cannot be used.</summary>
internal static class StartFailure
{
    private const string Elsewhere = "or set Sqlite__Path to another file";

    public static StoreStartException NotADatabase(string path) => new(
        $"{path} is not a SQLite database. It was left as it is. Move it away, {Elsewhere}.");

    public static StoreStartException Foreign(string path) => new(
        $"{path} is the database of another application. It was left as it is. Move it away, {Elsewhere}.");

    public static StoreStartException OtherVersion(string path, long version) => new(
        $"{path} has schema version {version}; this release knows {SqliteSchema.Version}. It was left as it is. "
        + $"Start the release that wrote it, {Elsewhere}.");

    public static StoreStartException Damaged(string path, string finding) => new(
        $"{path} is damaged: {finding}. It was left as it is. Put a backup in its place, {Elsewhere}.");

    public static StoreStartException NoWal(string path) => new(
        $"{path} is on a file system without the shared memory that SQLite's WAL needs. Put it on a local disk: "
        + "set Sqlite__Path.");

    public static StoreStartException OutOfReach(string path, Exception failure) => new(
        $"{path} cannot be opened: {failure.Message} Make it readable and writable with its directory, {Elsewhere}.",
        failure);

    public static StoreStartException From(string path, SqliteException failure) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT or raw.SQLITE_ERROR => Damaged(path, failure.Message),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new(
            $"{path} is held by another process. Stop that process, {Elsewhere}.", failure),
        _ => OutOfReach(path, failure),
    };
}

/// <summary>Where the embedded store keeps its data.</summary>
/// <param name="Path">
/// The database file. It and its directory are made when missing; beside it SQLite keeps <c>-wal</c> and <c>-shm</c>.
/// It must be on a local disk.
/// </param>
public sealed record SqliteStoreOptions(string Path)
{
    /// <summary>How long a call waits for another process that writes, before it is answered Unavailable.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether a new file becomes smaller again when much of it is free: <c>Sqlite__Shrinks</c>. It must then know of
    /// each page what leads to it, which creates pay for. A file that is there stays as it is.
    /// </summary>
    public bool Shrinks { get; init; }

    /// <summary>
    /// How many bytes <c>-wal</c> may come to before the one that writes stands still, some milliseconds, so that it
    /// can begin anew. What is written while somebody reads for long is kept beyond it. A long log takes more to read
    /// after a crash, a short one has the same pages written to the file more often.
    /// </summary>
    public int LogBytes { get; init; } = 32 * 1024 * 1024;
}

/// <summary>
/// Notices that the file was removed, moved or replaced: SQLite would go on in what nobody finds any more. It looks at
/// where the descriptor leads that SQLite has open, for to open the file again here and close it would take SQLite's
/// locks away. Where there is no <c>/proc</c>, it only sees that the file is gone.
/// </summary>
/// <remarks>https://www.sqlite.org/howtocorrupt.html, sections 2.2 and 4.2</remarks>
internal sealed class SqliteFileWatch
{
    private const string Descriptors = "/proc/self/fd";
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);
    private readonly string _path;
    private readonly FileInfo? _descriptor;
    private readonly string? _target;
    private long _looked;
    private volatile bool _isGone;

    /// <summary>To be made while SQLite has the file open.</summary>
    public SqliteFileWatch(string path)
    {
        _path = path;
        var real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (Directory.Exists(Descriptors))
        {
            _descriptor = Directory.GetFiles(Descriptors).Select(entry => new FileInfo(entry))
                .FirstOrDefault(entry => entry.LinkTarget == real);
            _target = _descriptor is null ? null : real;
        }
    }

    /// <summary>Whether the file is where it was, as of a moment ago.</summary>
    public bool IsInPlace()
    {
        if (!_isGone && TimeProvider.System.GetElapsedTime(Volatile.Read(ref _looked)) >= _pause)
        {
            Volatile.Write(ref _looked, TimeProvider.System.GetTimestamp());
            _isGone = _descriptor is null
                ? !File.Exists(_path)
                : new FileInfo(_descriptor.FullName).LinkTarget != _target;
        }

        return !_isGone;
    }
}
