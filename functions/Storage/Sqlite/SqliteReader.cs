namespace Sessions.Storage.Sqlite;

/// <summary>
/// Reads on its own connection. One caller at a time. Parameter 1 is always the moment by
/// which a document must not be purged.
/// </summary>
internal sealed class SqliteReader : IDisposable
{
    private const string Select = $"SELECT {SqliteSchema.Columns} FROM documents";
    private const string Alive = "(purge_at IS NULL OR purge_at > ?1)";

    private const string Due =
        $"{Select} WHERE kind = ?2 AND due_at <= ?3 AND {Alive} ORDER BY due_at LIMIT ?4";

    private readonly SqliteDatabase _database;
    private readonly SqliteCounts _counts;
    private readonly SqliteAcross _across;
    private readonly SqliteStatement _byId;
    private readonly SqliteStatement _byKey;
    private readonly Dictionary<(ListOrder, bool), SqliteStatement> _lists = [];
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

    public IReadOnlyList<Document> List(ListQuery query, DateTimeOffset now)
    {
        var newestFirst = query.Order is ListOrder.NewestFirst;
        var statement = ListStatement(query.Order, query.Index is not null);
        statement.Bind(1, now.UtcTicks);
        statement.Bind(2, query.Partition);
        statement.Bind(3, query.Kind);
        statement.Bind(4, query.After?.CreatedAt.UtcTicks ?? (newestFirst ? long.MaxValue : long.MinValue));
        statement.Bind(5, query.After?.Id ?? "");
        statement.Bind(6, query.Limit);
        if (query.Index is not null)
        {
            statement.Bind(7, query.Index);
        }

        return DocumentRow.ReadAll(statement, query.Limit, query.MaxBytes);
    }

    /// <summary>The kinds take turns, so that one with very many does not keep the others out.</summary>
    public IReadOnlyList<Document> ReadDue(
        IEnumerable<string> kinds, DateTimeOffset dueBy, int limit, DateTimeOffset now)
    {
        var cursors = kinds.Distinct().Select(kind => DueCursor(kind, dueBy, limit, now)).ToList();
        try
        {
            var due = new List<Document>();
            for (var open = new Queue<SqliteStatement>(cursors); due.Count < limit && open.TryDequeue(out var cursor);)
            {
                if (cursor.Step())
                {
                    due.Add(DocumentRow.Read(cursor));
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

    private static string ListSql(ListOrder order, bool byIndex)
    {
        var (after, direction) = order is ListOrder.NewestFirst ? ("<", "DESC") : (">", "ASC");
        return $"""
            {Select} WHERE partition = ?2 AND kind = ?3 {(byIndex ? "AND list_by = ?7" : "")}
            AND (created_at, id) {after} (?4, ?5) AND {Alive}
            ORDER BY created_at {direction}, id {direction} LIMIT ?6
            """;
    }

    private SqliteStatement ListStatement(ListOrder order, bool byIndex)
    {
        if (!_lists.TryGetValue((order, byIndex), out var statement))
        {
            statement = _database.Prepare(ListSql(order, byIndex));
            _lists.Add((order, byIndex), statement);
        }

        return statement;
    }

    private SqliteStatement DueCursor(string kind, DateTimeOffset dueBy, int limit, DateTimeOffset now)
    {
        if (!_dues.TryGetValue(kind, out var cursor))
        {
            cursor = _database.Prepare(Due);
            _dues.Add(kind, cursor);
        }

        cursor.Bind(1, now.UtcTicks);
        cursor.Bind(2, kind);
        cursor.Bind(3, dueBy.UtcTicks);
        cursor.Bind(4, limit);
        return cursor;
    }
}
