using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Sessions.Storage.Sqlite;

/// <summary>One change of the form of a file.</summary>
/// <param name="To">The version that it leads to, from the one before.</param>
/// <param name="Begin">
/// Begins it: makes <c>carried_over (up_to, last)</c>, and gives the file its new version, so that an older program
/// refuses it from then on.
/// </param>
/// <param name="Some">Carries the next rows over, and moves <c>up_to</c> on to the last of them.</param>
/// <param name="Finish">What is left to do, each of it harmless when done twice.</param>
internal sealed record SqliteStep(int To, string Begin, string Some, IReadOnlyList<string> Finish);

/// <summary>
/// Carries a file of an earlier program over, one numbered step after the other. A step works in parts, each a
/// transaction of its own, so that one that was killed goes on where it was; a second process that starts meanwhile
/// helps with it.
/// </summary>
internal sealed class SqliteSteps(SqliteDatabase database, TimeProvider clock, ILogger logger)
{
    // By how much it must have come on to be shown again.
    private const int Shown = 10;

    private static readonly SqliteStep[] _steps = [SqliteStepTwo.Step, SqliteStepThree.Step];

    /// <summary>Whether there is anything to do, which may take a while, and another process may be doing.</summary>
    public bool AreDue => Version() is > 0 and < SqliteSchema.Version || IsUnderWay();

    /// <summary>Does what is left to do; nothing in a file that is as it should be.</summary>
    public void Run()
    {
        Part(() => !Has("upgrades"), SqliteSchema.Upgrades);
        foreach (var step in _steps)
        {
            Run(step);
        }
    }

    /// <summary>
    /// When the file came from its first version, whose documents were of another shape; the least moment when it was
    /// made in a later one.
    /// </summary>
    public static DateTimeOffset LastOf(SqliteDatabase database) =>
        new(Number(database, "SELECT coalesce(max(at), 0) FROM upgrades WHERE version = 2"), TimeSpan.Zero);

    private void Run(SqliteStep step)
    {
        Part(() => Version() == step.To - 1, step.Begin);
        if (Version() != step.To || !IsUnderWay())
        {
            return;
        }

        for (var shown = -Shown; Share() is var share; )
        {
            if (share >= shown + Shown)
            {
                logger.CarryingOver(step.To, share);
                shown = share;
            }

            if (!Part(() => IsUnderWay() && Share() < 100, step.Some))
            {
                break;
            }
        }

        foreach (var rest in step.Finish)
        {
            Part(IsUnderWay, rest);
        }

        Part(IsUnderWay, $"""
            DROP TABLE carried_over;
            INSERT INTO upgrades (version, at) VALUES ({step.To}, {clock.GetUtcNow().UtcTicks});
            """);
        logger.CarriedOver(step.To);
    }

    private long Version() => Number(database, "PRAGMA user_version");

    private bool IsUnderWay() => Has("carried_over");

    private bool Has(string table) =>
        Number(database, $"SELECT count(*) FROM sqlite_schema WHERE name = '{table}'") > 0;

    // Of a hundred; all when another process has come to the end.
    private int Share() => !IsUnderWay() ? 100 : (int)Number(
        database,
        "SELECT CASE WHEN up_to >= last THEN 100 ELSE min(99, 100 * up_to / last) END FROM carried_over");

    private static long Number(SqliteDatabase database, string question) =>
        long.Parse(database.Ask(question), CultureInfo.InvariantCulture);

    // Another process may have done it, or be doing it: what holds is looked at with the write lock taken.
    private bool Part(Func<bool> isNeeded, string work)
    {
        database.Run("BEGIN IMMEDIATE");
        try
        {
            var needed = isNeeded();
            if (needed)
            {
                database.Run(work);
            }

            database.Run("COMMIT");
            return needed;
        }
        catch
        {
            if (database.InTransaction)
            {
                database.Run("ROLLBACK");
            }

            throw;
        }
    }
}

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

/// <summary>
/// From version 2, which knew neither what documents are found by, nor what has happened to them, nor how many there
/// are. What is there already is counted, and is found when it is written again.
/// </summary>
internal static class SqliteStepThree
{
    private static readonly string _begin = $"""
        ALTER TABLE documents ADD COLUMN terms TEXT;
        ALTER TABLE documents ADD COLUMN trail TEXT;
        {string.Join(";\n", SqliteSchema.Beside)};
        {SqliteSchema.BesideChanges}
        INSERT INTO counts
            SELECT account, kind, {SqliteSchema.StateOf("")} AS state, count(*) FROM documents
            WHERE state IS NOT NULL GROUP BY account, kind, state;
        CREATE TABLE carried_over (up_to INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
        INSERT INTO carried_over VALUES (0, 0);
        PRAGMA user_version = 3;
        """;

    public static SqliteStep Step { get; } = new(3, _begin, "", SqliteSchema.Indexes);
}
