namespace Sessions.Storage.Sqlite;

/// <summary>Where the embedded store keeps its data.</summary>
/// <param name="Path">
/// The database file. It and its directory are made when missing; beside it SQLite keeps <c>-wal</c> and <c>-shm</c>.
/// It must be on a local disk.
/// </param>
public sealed record SqliteStoreOptions(string Path)
{
    /// <summary>How long a call waits for another process that writes, before it is answered Unavailable.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
