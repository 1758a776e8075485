using System.Text.Json;
using Sessions.Lifecycle;

namespace Sessions.Storage.Sqlite;

/// <summary>
/// Makes single writes inside the transaction of its connection. Preconditions are in the SQL itself, so they hold
/// against other processes too; only when a write changed nothing it looks why. Parameters 1 to 23 are the document's
/// columns, 24 is now, 25 the version asked for.
/// </summary>
internal sealed class SqliteWrites(SqliteDatabase database)
{
    private const int ToldToForget = 256;
    private const string Alive = "(purge_at IS NULL OR purge_at > ?24)";

    // An index that has a column which a statement sets is written by it, whether that changes or not. So most updates
    // set what no index has and no trigger looks at, or that and when it is due, what it is found by, or both.
    private const string Inside = """
        updated_at = ?8, status = ?9, started_at = ?11, ended_at = ?12, last_activity_at = ?13, ttl_seconds = ?14,
        date_expiry = ?15, closed_reason = ?16, request_hash = ?19, etag = ?20, body = ?21, trail = ?23
        """;

    private const string Due = $"{Inside}, due_at = ?17";

    private const string Terms = "terms = ?22";

    private const string Whole = $"""
        {Due}, {Terms}, kind = ?3, key = ?4, account = ?5, list_by = ?6, created_at = ?7, is_open = ?10, purge_at = ?18
        """;

    private const int ETagBytes = 8;

    private readonly SqliteStatement _compare = database.Prepare("""
        SELECT
            kind = ?3 AND key IS ?4 AND account = ?5 AND list_by IS ?6 AND created_at = ?7 AND is_open IS ?10
                AND purge_at IS ?18,
            terms IS ?22,
            due_at IS ?17
        FROM documents WHERE partition = ?1 AND id = ?2
        """);

    private readonly SqliteStatement _insert = database.Prepare($"""
        INSERT INTO documents ({SqliteSchema.Columns}) VALUES
            (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
            ?22, ?23)
        ON CONFLICT DO NOTHING
        """);

    private readonly Updates _overwrites = new(database, "");
    private readonly Updates _replaces = new(database, $"AND {Alive} AND etag = ?25");

    private readonly SqliteStatement _delete = database.Prepare($"""
        DELETE FROM documents WHERE partition = ?1 AND id = ?2 AND {Alive} AND (?25 IS NULL OR etag = ?25)
        """);

    private readonly SqliteStatement _deleteDead = database.Prepare("""
        DELETE FROM documents WHERE partition = ?1 AND (id = ?2 OR key = ?4) AND purge_at <= ?24
        """);

    private readonly SqliteStatement _version = database.Prepare("""
        SELECT etag FROM documents WHERE partition = ?1 AND id = ?2
        """);

    private readonly SqliteStatement _purge = database.Prepare("""
        DELETE FROM documents WHERE rowid IN
            (SELECT rowid FROM documents WHERE purge_at <= ?1 ORDER BY purge_at LIMIT ?2)
        """);

    private readonly SqliteStatement _anybody = database.Prepare($"""
        SELECT 1 FROM documents WHERE partition = ?1 AND kind = ?2 AND list_by = ?3 AND {Alive} LIMIT 1
        """);

    private readonly SqliteStatement _tell = database.Prepare("INSERT INTO moves (documents) VALUES (?1)");

    private readonly SqliteStatement _forget = database.Prepare(
        $"DELETE FROM moves WHERE sequence <= (SELECT max(sequence) FROM moves) - {SqliteMoves.Kept}");

    private readonly RandomBytes _random = new();
    private int _told;

    /// <summary>What gives pages back.</summary>
    public SqliteShrinking Shrinking { get; } = new(database);

    /// <summary>The lengths of lists.</summary>
    public SqliteLengths Lengths { get; } = new(database);

    /// <summary>Lets others know what was written; what they have had time for is forgotten now and then.</summary>
    public void Tell(IReadOnlyList<Move> moved)
    {
        if (moved.Count == 0)
        {
            return;
        }

        _tell.Bind(1, JsonSerializer.SerializeToUtf8Bytes(moved, MovesJson.Default.IReadOnlyListMove));
        _tell.Execute();
        if (++_told % ToldToForget == 0)
        {
            _forget.Execute();
        }
    }

    /// <summary>Whether a write is for nobody who is there.</summary>
    public bool IsForNobody(Write write, DateTimeOffset now) =>
        write is Write.Create { OnlyFor: { Count: > 0 } listeners } && !listeners.Any(one => IsAnybody(one, now));

    /// <summary>A version that no document has had.</summary>
    public string NewETag()
    {
        Span<byte> etag = stackalloc byte[ETagBytes];
        _random.Fill(etag);
        return Convert.ToHexStringLower(etag);
    }

    /// <summary>Makes one write, giving the document the version <paramref name="etag"/>.</summary>
    public StoreOutcome Apply(string partition, Write write, string etag, DateTimeOffset now) =>
        Try(partition, write, etag, now)
        || (DeleteDead(partition, write, now) && Try(partition, write, etag, now))
            ? StoreOutcome.Done
            : WhyNot(partition, write);

    public int Purge(DateTimeOffset now, int limit)
    {
        _purge.Bind(1, now.UtcTicks);
        _purge.Bind(2, limit);
        return _purge.Execute();
    }

    private bool Try(string partition, Write write, string etag, DateTimeOffset now) => write switch
    {
        Write.Create(var document) => Run(_insert, document, etag),
        Write.Replace replace => Replace(replace, etag, now),
        Write.Put(var document) => Overwrite(document, etag) || Run(_insert, document, etag),
        Write.Delete(var id, var expected) => Delete(partition, id, expected, now),
        Write.Require(var id, var expected) =>
            !DeleteDead(partition, write, now) && VersionOf(partition, id) == expected,
        _ => false,
    };

    private static bool Run(SqliteStatement statement, Document document, string etag)
    {
        DocumentRow.Bind(statement, document, etag);
        return statement.Execute() > 0;
    }

    private bool Overwrite(Document document, string etag) =>
        For(document, _overwrites) is { } overwrite && Run(overwrite, document, etag);

    private bool Replace(Write.Replace write, string etag, DateTimeOffset now)
    {
        var document = write.Document;

        // In the version that it replaces, what is stored is what its caller has read: it need not be looked up.
        if ((write.Before is { } before ? For(document, before) : For(document, _replaces)) is not { } replace)
        {
            return false;
        }

        replace.Bind(24, now.UtcTicks);
        replace.Bind(25, document.ETag);
        return Run(replace, document, etag);
    }

    // The least that makes what is stored into the document; null when nothing is stored.
    private SqliteStatement? For(Document document, Updates updates)
    {
        DocumentRow.BindIndexed(_compare, document);
        try
        {
            return _compare.Step()
                ? updates.Where(_compare.Number(0) != 0, _compare.Number(1) != 0, _compare.Number(2) != 0)
                : null;
        }
        finally
        {
            _compare.Reset();
        }
    }

    private SqliteStatement For(Document document, Document before) => _replaces.Where(
        document.Kind == before.Kind && document.Key == before.Key && document.Account == before.Account
            && document.Index == before.Index && document.CreatedAt == before.CreatedAt
            && document.Lifetime?.Open == before.Lifetime?.Open && document.PurgeAt == before.PurgeAt,
        document.Terms == before.Terms,
        document.DueAt == before.DueAt);

    private bool Delete(string partition, string id, string? expected, DateTimeOffset now)
    {
        _delete.Bind(1, partition);
        _delete.Bind(2, id);
        _delete.Bind(24, now.UtcTicks);
        _delete.Bind(25, expected);
        return _delete.Execute() > 0;
    }

    private bool IsAnybody(Listeners listeners, DateTimeOffset now)
    {
        _anybody.Bind(1, listeners.Partition);
        _anybody.Bind(2, listeners.Kind);
        _anybody.Bind(3, listeners.Index);
        _anybody.Bind(24, now.UtcTicks);
        try
        {
            return _anybody.Step();
        }
        finally
        {
            _anybody.Reset();
        }
    }

    private bool DeleteDead(string partition, Write write, DateTimeOffset now)
    {
        var (id, key) = write switch
        {
            Write.Create(var document) => (document.Id, document.Key),
            Write.Replace(var document) => (document.Id, document.Key),
            Write.Put(var document) => (document.Id, document.Key),
            _ => (write.DocumentId, null),
        };
        _deleteDead.Bind(1, partition);
        _deleteDead.Bind(2, id);
        _deleteDead.Bind(4, key);
        _deleteDead.Bind(24, now.UtcTicks);
        return _deleteDead.Execute() > 0;
    }

    private StoreOutcome WhyNot(string partition, Write write) => write switch
    {
        Write.Replace(var document) when VersionOf(partition, document.Id) is { } stored =>
            stored == document.ETag ? StoreOutcome.Conflict : StoreOutcome.PreconditionFailed,
        Write.Delete(var id, _) when VersionOf(partition, id) is not null => StoreOutcome.PreconditionFailed,
        Write.Require(var id, _) when VersionOf(partition, id) is not null => StoreOutcome.PreconditionFailed,
        Write.Replace or Write.Delete or Write.Require => StoreOutcome.NotFound,
        _ => StoreOutcome.Conflict,
    };

    private string? VersionOf(string partition, string id)
    {
        _version.Bind(1, partition);
        _version.Bind(2, id);
        try
        {
            return _version.Step() ? _version.Text(0) : null;
        }
        finally
        {
            _version.Reset();
        }
    }

    private sealed class Updates(SqliteDatabase database, string condition)
    {
        private readonly SqliteStatement _ofInside = database.Prepare(Update("", Inside, condition));
        private readonly SqliteStatement _ofDue = database.Prepare(Update("", Due, condition));
        private readonly SqliteStatement _ofTerms = database.Prepare(Update("", $"{Inside}, {Terms}", condition));
        private readonly SqliteStatement _ofBoth = database.Prepare(Update("", $"{Due}, {Terms}", condition));

        // A taken key makes it change nothing, as a wrong version does.
        private readonly SqliteStatement _ofAll = database.Prepare(Update("OR IGNORE", Whole, condition));

        /// <summary>The one that changes as little, where so much stays as it is.</summary>
        public SqliteStatement Where(bool listsStay, bool termsStay, bool dueStays) =>
            !listsStay ? _ofAll
            : termsStay ? dueStays ? _ofInside : _ofDue
            : dueStays ? _ofTerms : _ofBoth;

        private static string Update(string or, string set, string condition) =>
            $"UPDATE {or} documents SET {set} WHERE partition = ?1 AND id = ?2 {condition}";
    }
}
