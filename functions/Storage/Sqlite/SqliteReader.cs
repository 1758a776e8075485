using System.Globalization;

namespace Sessions.Storage.Sqlite;

/// <summary>
/// Reads on its own connection. One caller at a time. Parameter 1 is always the moment by
/// which a document must not be purged.
/// </summary>
internal sealed class SqliteReader : IDisposable
{
    private const string Select = $"SELECT {SqliteSchema.Columns} FROM documents";
    private const string Alive = "(purge_at IS NULL OR purge_at > ?1)";

    // Every index ends with the rowid, so the order costs nothing, however many are due at one moment.
    private const string Due = $"""
        SELECT {SqliteSchema.Columns}, rowid FROM documents
        WHERE kind = ?2 AND due_at <= ?3 AND (due_at, rowid) > (?5, ?6) AND {Alive} ORDER BY due_at, rowid LIMIT ?4
        """;

    private readonly SqliteDatabase _database;
    private readonly SqliteCounts _counts;
    private readonly SqliteAcross _across;
    private readonly SqliteStatement _byId;
    private readonly SqliteStatement _byKey;
    private readonly Dictionary<(ListOrder, bool), SqliteStatement> _lists = [];
    private readonly Dictionary<(ListOrder, bool), SqliteStatement> _names = [];
    private readonly Dictionary<string, SqliteStatement> _dues = new(StringComparer.Ordinal);

    public SqliteReader(string path, TimeSpan busyTimeout)
    {
        _database = new SqliteDatabase(path, busyTimeout);
        _counts = new SqliteCounts(_database);
        _across = new SqliteAcross(_database);
        _byId = _database.Prepare($"{Select} WHERE partition = ?2 AND id = ?3 AND {Alive}");
        _byKey = _database.Prepare($"{Select} WHERE partition = ?2 AND key = ?3 AND {Alive}");
    }

    public Document? ById(string partition, string id, DateTimeOffset now) => Single(_byId, partition, id, now);

    public Document? ByKey(string partition, string key, DateTimeOffset now) => Single(_byKey, partition, key, now);

    public DocumentCount Count(CountQuery query, DateTimeOffset now) => _counts.Of(query, now);

    public IReadOnlyList<Document> ListAcross(AcrossQuery query, DateTimeOffset now) => _across.List(query, now);

    public IReadOnlyList<Document> List(ListQuery query, DateTimeOffset now) =>
        DocumentRow.ReadAll(Listing(_lists, SqliteSchema.Columns, query, now), query.Limit, query.MaxBytes);

    public IReadOnlyList<DocumentName> ListNames(ListQuery query, DateTimeOffset now)
    {
        var statement = Listing(_names, "id, created_at, etag", query, now);
        try
        {
            var names = new List<DocumentName>();
            while (statement.Step())
            {
                names.Add(new(
                    statement.Text(0), new(statement.Number(1), TimeSpan.Zero), statement.Text(2)));
            }

            return names;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>The kinds take turns, so that one with very many does not keep the others out.</summary>
    public IReadOnlyList<DueDocument> ReadDue(DueQuery query, DateTimeOffset now)
    {
        var cursors = query.Kinds.Distinct().Select(kind => DueCursor(kind, query, now)).ToList();
        try
        {
            var due = new List<DueDocument>();
            var open = new Queue<SqliteStatement>(cursors);
            while (due.Count < query.Limit && open.TryDequeue(out var cursor))
            {
                if (cursor.Step())
                {
                    due.Add(Found(cursor));
                    open.Enqueue(cursor);
                }
            }

            return due;
        }
        finally
        {
            cursors.ForEach(cursor => cursor.Reset());
        }
    }

    public void Dispose() => _database.Dispose();

    private static Document? Single(SqliteStatement statement, string partition, string name, DateTimeOffset now)
    {
        statement.Bind(1, now.UtcTicks);
        statement.Bind(2, partition);
        statement.Bind(3, name);
        try
        {
            return statement.Step() ? DocumentRow.Read(statement) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    private static string ListSql(string columns, ListOrder order, bool byIndex)
    {
        var (after, direction) = order is ListOrder.NewestFirst ? ("<", "DESC") : (">", "ASC");
        return $"""
            SELECT {columns} FROM documents
            WHERE partition = ?2 AND kind = ?3 {(byIndex ? "AND list_by = ?7" : "")}
            AND (created_at, id) {after} (?4, ?5) AND {Alive}
            ORDER BY created_at {direction}, id {direction} LIMIT ?6
            """;
    }

    private SqliteStatement Listing(
        Dictionary<(ListOrder, bool), SqliteStatement> prepared, string columns, ListQuery query, DateTimeOffset now)
    {
        var byIndex = query.Index is not null;
        if (!prepared.TryGetValue((query.Order, byIndex), out var statement))
        {
            statement = _database.Prepare(ListSql(columns, query.Order, byIndex));
            prepared.Add((query.Order, byIndex), statement);
        }

        var newestFirst = query.Order is ListOrder.NewestFirst;
        statement.Bind(1, now.UtcTicks);
        statement.Bind(2, query.Partition);
        statement.Bind(3, query.Kind);
        statement.Bind(4, query.After?.CreatedAt.UtcTicks ?? (newestFirst ? long.MaxValue : long.MinValue));
        statement.Bind(5, query.After?.Id ?? "");
        statement.Bind(6, query.Limit);
        if (byIndex)
        {
            statement.Bind(7, query.Index);
        }

        return statement;
    }

    private SqliteStatement DueCursor(string kind, DueQuery query, DateTimeOffset now)
    {
        if (!_dues.TryGetValue(kind, out var cursor))
        {
            cursor = _database.Prepare(Due);
            _dues.Add(kind, cursor);
        }

        cursor.Bind(1, now.UtcTicks);
        cursor.Bind(2, kind);
        cursor.Bind(3, query.By.UtcTicks);
        cursor.Bind(4, query.Limit);
        cursor.Bind(5, query.After?.DueAt.UtcTicks ?? query.From?.UtcTicks ?? long.MinValue);
        cursor.Bind(6, query.After is { } after ? long.Parse(after.Place, CultureInfo.InvariantCulture) : 0);
        return cursor;
    }

    // The row is read as a whole in any case.
    private static DueDocument Found(SqliteStatement row)
    {
        var document = DocumentRow.Read(row);
        return new(document.Partition, document.Id, document.Kind, document.DueAt!.Value, document.ETag)
        {
            Index = document.Index,
            Place = row.Number(SqliteSchema.ColumnCount).ToString(CultureInfo.InvariantCulture),
            Whole = document,
        };
    }
}

/// <summary>Lists over partitions. One caller at a time.</summary>
internal sealed class SqliteAcross(SqliteDatabase database)
{
    // The index holds all that tells whether a document is of the account; the row is read only of those that are.
    private const string OfOneKind = $"""
        SELECT {SqliteSchema.Columns} FROM documents INDEXED BY sessions_by_creation
        WHERE kind = ?2 AND is_open IS NOT NULL AND (created_at, id, partition) < (?3, ?4, ?5) AND created_at >= ?6
        AND partition >= ?7 AND partition < ?8 AND (purge_at IS NULL OR purge_at > ?1)
        AND (?9 IS NULL OR (is_open = 1 AND (due_at IS NULL OR due_at > ?1)) = ?9) AND (?10 IS NULL OR status = ?10)
        ORDER BY created_at DESC, id DESC, partition DESC LIMIT ?11
        """;

    private readonly Lazy<SqliteStatement> _ofOneKind = new(() => database.Prepare(OfOneKind));

    /// <summary>The newest of each kind, of which the newest of all are the page.</summary>
    public IReadOnlyList<Document> List(AcrossQuery query, DateTimeOffset now) =>
    [
        .. query.Kinds.Distinct().SelectMany(kind => OfKind(kind, query, now))
            .OrderByDescending(document => document.CreatedAt)
            .ThenByDescending(document => document.Id, StringComparer.Ordinal)
            .ThenByDescending(document => document.Partition, StringComparer.Ordinal)
            .Take(query.Limit)
            .UpTo(query.MaxBytes),
    ];

    private List<Document> OfKind(string kind, AcrossQuery query, DateTimeOffset now)
    {
        var (prefix, (created, id, partition)) = (query.Account + ":", Start(query));
        var statement = _ofOneKind.Value;
        statement.Bind(1, now.UtcTicks);
        statement.Bind(2, kind);
        statement.Bind(3, created);
        statement.Bind(4, id);
        statement.Bind(5, partition);
        statement.Bind(6, query.CreatedFrom?.UtcTicks ?? 0);
        statement.Bind(7, prefix);
        statement.Bind(8, After(prefix));
        statement.Bind(9, query.Open is { } open ? open ? 1 : 0 : (long?)null);
        statement.Bind(10, query.Status);
        statement.Bind(11, query.Limit);
        return DocumentRow.ReadAll(statement, query.Limit, query.MaxBytes);
    }

    // What was created before a moment stands behind a document of that moment whose names are empty.
    private static (long CreatedAt, string Id, string Partition) Start(AcrossQuery query)
    {
        var before = query.CreatedBefore?.UtcTicks ?? long.MaxValue;
        return query.After is { } after && after.CreatedAt.UtcTicks < before
            ? (after.CreatedAt.UtcTicks, after.Id, after.Partition)
            : (before, "", "");
    }

    /// <summary>The first text behind all that begin so.</summary>
    private static string After(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);
}

/// <summary>Counts the documents of a list. One caller at a time.</summary>
internal sealed class SqliteCounts(SqliteDatabase database)
{
    private const string Counted =
        "SELECT COUNT(*) FROM documents WHERE partition = ?2 AND kind = ?3 AND (purge_at IS NULL OR purge_at > ?1)";

    private const string OfIndex = " AND list_by = ?4";
    private const string WithoutDue = " AND (due_at IS NULL OR due_at > ?1)";

    private readonly Dictionary<string, SqliteStatement> _prepared = [];

    public DocumentCount Of(CountQuery query, DateTimeOffset now)
    {
        var statement = Prepared(
            $"{Counted}{(query.Index is null ? "" : OfIndex)}{(query.WithDue ? "" : WithoutDue)}");
        statement.Bind(1, now.UtcTicks);
        statement.Bind(2, query.Partition);
        statement.Bind(3, query.Kind);
        if (query.Index is not null)
        {
            statement.Bind(4, query.Index);
        }

        try
        {
            statement.Step();
            return new(statement.Number(0));
        }
        finally
        {
            statement.Reset();
        }
    }

    private SqliteStatement Prepared(string sql)
    {
        if (!_prepared.TryGetValue(sql, out var statement))
        {
            _prepared[sql] = statement = database.Prepare(sql);
        }

        return statement;
    }
}
