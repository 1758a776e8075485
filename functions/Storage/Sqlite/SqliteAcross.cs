namespace Sessions.Storage.Sqlite;

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
        var (created, id, partition) = Start(query);
        var statement = _ofOneKind.Value;
        statement.Bind(1, now.UtcTicks);
        statement.Bind(2, kind);
        statement.Bind(3, created);
        statement.Bind(4, id);
        statement.Bind(5, partition);
        statement.Bind(6, query.CreatedFrom?.UtcTicks ?? 0);
        statement.Bind(7, query.PartitionPrefix);
        statement.Bind(8, After(query.PartitionPrefix));
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
