using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sessions.Storage.Sqlite;

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
