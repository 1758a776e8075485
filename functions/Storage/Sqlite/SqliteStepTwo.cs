namespace Sessions.Storage.Sqlite;

/// <summary>
/// From version 1, where everything was stored as if it had a life of its own: see <see cref="VersionOne"/>.
/// </summary>
internal static class SqliteStepTwo
{
    private const int RowsAtOnce = 2000;

    private const string Columns = """
        partition, id, kind, key, account, list_by, created_at, updated_at, status, is_open, started_at, ended_at,
        last_activity_at, ttl_seconds, date_expiry, closed_reason, due_at, purge_at, request_hash, etag, body
        """;

    private const string Table = """
        CREATE TABLE documents (
            partition TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, key TEXT, account TEXT NOT NULL,
            list_by TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, status TEXT, is_open INTEGER,
            started_at INTEGER, ended_at INTEGER, last_activity_at INTEGER, ttl_seconds INTEGER, date_expiry INTEGER,
            closed_reason TEXT, due_at INTEGER, purge_at INTEGER, request_hash TEXT, etag TEXT NOT NULL,
            body BLOB NOT NULL, PRIMARY KEY (partition, id)
        ) STRICT
        """;

    private const string Begin = $"""
        ALTER TABLE documents RENAME TO documents_1;
        DROP INDEX documents_by_key;
        DROP INDEX documents_by_creation;
        DROP INDEX documents_by_status;
        DROP INDEX documents_by_kind;
        DROP INDEX documents_by_due;
        DROP INDEX documents_by_purge;
        {Table};
        CREATE TABLE carried_over (up_to INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
        INSERT INTO carried_over SELECT 0, coalesce(max(rowid), 0) FROM documents_1;
        PRAGMA user_version = 2;
        """;

    private static readonly string _living = Texts(VersionOne.Living);
    private static readonly string _listedByStatus = Texts(VersionOne.ListedByStatus);

    // In the order of arrival, which the table keeps.
    private static readonly string _some = $"""
        INSERT INTO documents ({Columns})
            SELECT partition, id, kind, key, substr(partition, 1, max(instr(partition, ':') - 1, 0)),
                CASE WHEN status <> '' AND (kind NOT IN ({_living}) OR kind IN ({_listedByStatus})) THEN status END,
                created_at, updated_at,
                CASE WHEN kind IN ({_living}) THEN status END, CASE WHEN kind IN ({_living}) THEN open END,
                started_at, ended_at, last_activity_at, ttl_seconds, date_expiry, closed_reason, due_at, purge_at,
                request_hash, etag, body
            FROM documents_1 WHERE rowid > (SELECT up_to FROM carried_over) ORDER BY rowid LIMIT {RowsAtOnce};
        UPDATE carried_over SET up_to = coalesce(
            (SELECT max(rowid) FROM
                (SELECT rowid FROM documents_1 WHERE rowid > up_to ORDER BY rowid LIMIT {RowsAtOnce})),
            last);
        """;

    public static SqliteStep Step { get; } = new(2, Begin, _some,
    [
        .. SqliteSchema.Indexes,
        "DROP TABLE IF EXISTS documents_1",
    ]);

    private static string Texts(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
