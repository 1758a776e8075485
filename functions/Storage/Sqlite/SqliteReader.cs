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

    public IReadOnlyList<Document> ByIds(string partition, IReadOnlyList<string> ids, DateTimeOffset now)
    {
        var found = new List<Document>(ids.Count);
        foreach (var id in ids)
        {
            if (Single(_byId, partition, id, now, found is [.., var before] ? before : null) is { } document)
            {
                found.Add(document);
            }
        }

        return found;
    }

    public Document? ByKey(string partition, string key, DateTimeOffset now) => Single(_byKey, partition, key, now);

    public SqliteCount Count(CountQuery query, DateTimeOffset now) => _counts.Of(query, now);

    public IReadOnlyList<Document> ListAcross(AcrossQuery query, DateTimeOffset now) => _across.List(query, now);

    public IReadOnlyList<Document> List(ListQuery query, DateTimeOffset now) =>
        DocumentRow.ReadAll(
            Listing(_lists, SqliteSchema.Columns, query, now), query.Limit, query.MaxBytes, query.ToShow);

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

    private Document? Single(
        SqliteStatement statement, string partition, string name, DateTimeOffset now, Document? before = null)
    {
        statement.Bind(1, now.UtcTicks);
        statement.Bind(2, partition);
        statement.Bind(3, name);
        try
        {
            return statement.Step() ? DocumentRow.Read(
                statement, before, partition, ReferenceEquals(statement, _byId) ? name : null) : null;
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
            ORDER BY created_at {direction}, id {direction} LIMIT ?6 OFFSET ?8
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
        statement.Bind(8, query.Skip);
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
