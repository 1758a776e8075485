namespace Sessions.Storage.Sqlite;

/// <summary>What is in the file.</summary>
internal static class SqliteSchema
{
    /// <summary>Tells our files from those of other applications: "SESS".</summary>
    public const int ApplicationId = 0x53455353;

    /// <summary>The form below. A file of a newer one is refused; one of an older one is carried over.</summary>
    public const int Version = 3;

    /// <summary>The columns in the order in which <see cref="DocumentRow"/> reads and binds them.</summary>
    public const string Columns = """
        partition, id, kind, key, account, list_by, created_at, updated_at, status, is_open, started_at, ended_at,
        last_activity_at, ttl_seconds, date_expiry, closed_reason, due_at, purge_at, request_hash, etag, body, terms,
        trail
        """;

    /// <summary>How many they are.</summary>
    public const int ColumnCount = 23;

    /// <summary>
    /// The pages of a new file. A create changes one in each of several trees, and each changed page is written as a
    /// whole: pages half as large as usual make what it writes a quarter less.
    /// </summary>
    public const string SmallPages = "PRAGMA page_size = 2048";

    /// <summary>
    /// Has a new file give pages back that nothing is left in: see <see cref="SqliteShrinking"/>. One that is there
    /// cannot, until somebody has it written anew as a whole.
    /// </summary>
    public const string GivesBack = "PRAGMA auto_vacuum = INCREMENTAL";

    /// <summary>
    /// An answered write is on the disk (FULL). The log is folded into the file by
    /// <see cref="SqliteCheckpointer"/>, and not by a commit, which would be held up by it. What a write that fails
    /// halfway would be taken back by is kept in memory: by default a larger group writes it to a file, which nobody
    /// reads. SQLite walks over all that it has in its cache at the end of a transaction that has split pages of a
    /// tree, so more than a little of it costs more than it saves.
    /// </summary>
    public const string WriterSettings = """
        PRAGMA synchronous = FULL;
        PRAGMA cache_size = -8192;
        PRAGMA wal_autocheckpoint = 0;
        PRAGMA temp_store = MEMORY;
        """;

    /// <summary>
    /// The one table: moments are UTC ticks. It keeps its rowid: with bodies of a kilobyte, documents in the order of
    /// arrival are written almost twice as fast as documents in the order of their random ids, and read faster too.
    /// What lives has a status and is_open. That column had another name in version 1, so that a program which still
    /// runs while the file is carried over can neither read nor write the new rows as if they were the old ones.
    /// </summary>
    public const string Table = """
        CREATE TABLE documents (
            partition TEXT NOT NULL,
            id TEXT NOT NULL,
            kind TEXT NOT NULL,
            key TEXT,
            account TEXT NOT NULL,
            list_by TEXT,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            status TEXT,
            is_open INTEGER,
            started_at INTEGER,
            ended_at INTEGER,
            last_activity_at INTEGER,
            ttl_seconds INTEGER,
            date_expiry INTEGER,
            closed_reason TEXT,
            due_at INTEGER,
            purge_at INTEGER,
            request_hash TEXT,
            etag TEXT NOT NULL,
            body BLOB NOT NULL,
            terms TEXT,
            trail TEXT,
            PRIMARY KEY (partition, id)
        ) STRICT
        """;

    /// <summary>
    /// An index holds only what it is asked for: each one that a document is in costs its writes. Those of lists end
    /// with purge_at, so that a count reads nothing but the index.
    /// </summary>
    public static IReadOnlyList<string> Indexes { get; } =
    [
        "CREATE UNIQUE INDEX IF NOT EXISTS documents_by_key ON documents (partition, key) WHERE key IS NOT NULL",
        """
        CREATE INDEX IF NOT EXISTS documents_by_creation ON documents (partition, kind, created_at, id, purge_at)
        """,
        """
        CREATE INDEX IF NOT EXISTS documents_by_index ON documents (partition, kind, list_by, created_at, id, purge_at)
            WHERE list_by IS NOT NULL
        """,
        """
        CREATE INDEX IF NOT EXISTS sessions_by_creation ON documents (kind, created_at, id, partition)
            WHERE is_open IS NOT NULL
        """,
        $"""
        CREATE INDEX IF NOT EXISTS events_by_state ON documents
            (account, {InitialOf("")}, created_at, id, partition) WHERE kind = '{AcrossQuery.EventKind}'
        """,
        "CREATE INDEX IF NOT EXISTS documents_by_due ON documents (kind, due_at) WHERE due_at IS NOT NULL",
        "CREATE INDEX IF NOT EXISTS documents_by_purge ON documents (purge_at) WHERE purge_at IS NOT NULL",
    ];

    /// <summary>
    /// What is kept beside the documents, by triggers in the transaction of each write: what they are found by, and how
    /// many there are of each kind and state. A row is named by what never changes; a rowid may.
    /// </summary>
    public static IReadOnlyList<string> Beside { get; } =
    [
        """
        CREATE TABLE IF NOT EXISTS terms (
            term TEXT NOT NULL, partition TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (term, partition, id)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS counts (
            account TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, number INTEGER NOT NULL,
            PRIMARY KEY (account, kind, state)
        ) STRICT, WITHOUT ROWID
        """,
        Trigger("terms_of_new", "INSERT", "new.terms IS NOT NULL", AddTerms),
        Trigger("terms_of_gone", "DELETE", "old.terms IS NOT NULL", DropTerms),
        Trigger("counts_of_new", "INSERT", $"{StateOf("new.")} IS NOT NULL", Add("new.", 1)),
        Trigger("counts_of_gone", "DELETE", $"{StateOf("old.")} IS NOT NULL", Add("old.", -1)),
    ];

    /// <summary>
    /// What is kept of documents that change, by triggers that are not even asked where a statement sets nothing of
    /// what they look at. Those of before, of other names, were asked each time, or wrote again what had not changed;
    /// programs of before do not mind these.
    /// </summary>
    public static string BesideChanges { get; } = $"""
        DROP TRIGGER IF EXISTS terms_of_changed;
        DROP TRIGGER IF EXISTS terms_of_set;
        DROP TRIGGER IF EXISTS counts_of_changed;
        {Trigger("terms_of_new_set", "UPDATE OF terms", "new.terms IS NOT old.terms", DropOtherTerms + AddTerms)};
        {Trigger(
            "counts_of_set",
            "UPDATE OF account, kind, list_by, is_open",
            $"{StateOf("new.")} IS NOT {StateOf("old.")} OR new.account <> old.account OR new.kind <> old.kind",
            Add("old.", -1) + Add("new.", 1))};
        """;

    /// <summary>
    /// How many documents long lists have, kept by triggers once somebody has asked: see <see cref="SqliteLengths"/>.
    /// <c>number</c> is of those up to a place in the list, the one of <c>up_to</c> and <c>up_to_id</c>, while they are
    /// being counted, and then of all. A list that nobody counts has no row, and costs each write a look.
    /// </summary>
    public static string Lengths { get; } = $"""
        CREATE TABLE IF NOT EXISTS lengths (
            partition TEXT NOT NULL, kind TEXT NOT NULL, list TEXT NOT NULL, number INTEGER NOT NULL,
            up_to INTEGER NOT NULL, up_to_id TEXT NOT NULL, PRIMARY KEY (partition, kind, list)
        ) STRICT, WITHOUT ROWID;
        {Trigger("lengths_of_new", "INSERT", HasLength("new."), Lengthen("new.", 1))};
        {Trigger("lengths_of_gone", "DELETE", HasLength("old."), Lengthen("old.", -1))};
        {Trigger(
            "lengths_of_set",
            "UPDATE OF kind, list_by, created_at",
            "new.kind <> old.kind OR new.list_by IS NOT old.list_by OR new.created_at <> old.created_at",
            Lengthen("old.", -1) + Lengthen("new.", 1))};
        """;

    /// <summary>Whether all of a list has been counted.</summary>
    public const string IsWhole = "up_to = 9223372036854775807";

    /// <summary>What a list is called among the lengths.</summary>
    public static string ListOf(string? index) => index is null ? "" : $"={index}";

    private const string NewTerms = "json_each('[\"' || replace(new.terms, ' ', '\",\"') || '\"]')";
    private const string OldTerms = "json_each('[\"' || replace(old.terms, ' ', '\",\"') || '\"]')";

    private const string AddTerms =
        "INSERT OR IGNORE INTO terms SELECT value, new.partition, new.id "
        + $"FROM {NewTerms} WHERE new.terms IS NOT NULL; ";

    private const string DropTerms = $"{Drop}); ";

    private const string DropOtherTerms = $"{Drop} EXCEPT SELECT value FROM {NewTerms}); ";

    private const string Drop =
        "DELETE FROM terms WHERE partition = old.partition AND id = old.id AND term IN "
        + $"(SELECT value FROM {OldTerms}";

    /// <summary>What lists of events over partitions are narrowed down by.</summary>
    public static string InitialOf(string row) => $"substr({row}list_by, 1, 1)";

    /// <summary>What a document is counted as, or NULL.</summary>
    public static string StateOf(string row) => $"""
        CASE {row}is_open WHEN 1 THEN '{CountQuery.OpenState}' WHEN 0 THEN '{CountQuery.ClosedState}'
        ELSE CASE {row}kind WHEN '{AcrossQuery.EventKind}' THEN {InitialOf(row)} END END
        """;

    private static string Trigger(string name, string after, string when, string work) =>
        $"CREATE TRIGGER IF NOT EXISTS {name} AFTER {after} ON documents WHEN {when} BEGIN {work}END";

    private static string Add(string row, int number) => $"""
        INSERT INTO counts SELECT {row}account, {row}kind, {StateOf(row)}, {number} WHERE {StateOf(row)} IS NOT NULL
        ON CONFLICT DO UPDATE SET number = number + {number};
        """ + " ";

    private static string HasLength(string row) =>
        $"EXISTS (SELECT 1 FROM lengths WHERE partition = {row}partition AND kind = {row}kind)";

    // One that nothing is left of is counted anew when there is much of it again.
    private static string Lengthen(string row, int number) => $"""
        UPDATE lengths SET number = number + {number} WHERE partition = {row}partition AND kind = {row}kind
            AND list IN ('', '=' || {row}list_by) AND ({row}created_at, {row}id) <= (up_to, up_to_id);
        {(number > 0 ? "" : $"""
            DELETE FROM lengths WHERE partition = {row}partition AND kind = {row}kind AND number = 0;
            """)}
        """ + " ";

    /// <summary>When the document was changed last that came last.</summary>
    public const string LastChange = "SELECT updated_at FROM documents ORDER BY rowid DESC LIMIT 1";

    /// <summary>When a file that was made in an earlier version came to a later one.</summary>
    public const string Upgrades = "CREATE TABLE upgrades (version INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT";

    /// <summary>
    /// What was written lately and is watched, one row a transaction, so that other processes learn of it: see
    /// <see cref="SqliteMoves"/>. A file of before has none until it is opened: no earlier program minds it.
    /// </summary>
    public const string Moves =
        "CREATE TABLE IF NOT EXISTS moves (sequence INTEGER PRIMARY KEY, documents BLOB NOT NULL) STRICT";

    /// <summary>A new file.</summary>
    public static string Create { get; } = $"""
        {Table};
        {string.Join(";\n", Indexes)};
        {string.Join(";\n", Beside)};
        {BesideChanges}
        {Lengths}
        {Upgrades};
        {Moves};
        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {Version};
        """;
}
