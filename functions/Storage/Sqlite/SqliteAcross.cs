namespace Sessions.Storage.Sqlite;

/// <summary>Lists over partitions. One caller at a time.</summary>
internal sealed class SqliteAcross(SqliteDatabase database)
{
    private const string Alive = "(purge_at IS NULL OR purge_at > ?1)";

    // The index holds all that tells whether a document is of the account; the row is read only of those that are.
    private const string OfOneKind = $"""
        SELECT {SqliteSchema.Columns} FROM documents INDEXED BY sessions_by_creation
        WHERE kind = ?2 AND is_open IS NOT NULL AND partition >= ?7 AND partition < ?8
        AND (?9 IS NULL OR (is_open = 1 AND (due_at IS NULL OR due_at > ?1)) = ?9) AND (?10 IS NULL OR status = ?10)
        AND {Alive}
        """;

    private static readonly string _ofOneState = $"""
        SELECT {SqliteSchema.Columns} FROM documents INDEXED BY events_by_state
        WHERE kind = '{AcrossQuery.EventKind}' AND account = ?2 AND {SqliteSchema.InitialOf("")} = ?7 AND {Alive}
        """;

    private static readonly string _ofOneTerm = $"""
        SELECT {SqliteSchema.Columns} FROM terms AS found CROSS JOIN documents USING (partition, id)
        WHERE found.term = ?12 AND kind = ?2 AND partition >= ?7 AND partition < ?8
        AND (?13 IS NULL OR instr(?13, {SqliteSchema.InitialOf("")}) > 0)
        AND (?9 IS NULL OR (is_open = 1 AND (due_at IS NULL OR due_at > ?1)) = ?9) AND (?10 IS NULL OR status = ?10)
        AND {Alive}
        """;

    private readonly Dictionary<string, SqliteStatement> _prepared = new(StringComparer.Ordinal);

    /// <summary>The first of each kind, or state, of which the first of all are the page.</summary>
    public IReadOnlyList<Document> List(AcrossQuery query, DateTimeOffset now)
    {
        var found = query.Terms is { } terms
            ? terms.SelectMany(term => query.Kinds.SelectMany(kind => OfTerm(term, kind, query, now)))
                .DistinctBy(document => (document.Partition, document.Id))
            : query.Kinds.Contains(AcrossQuery.EventKind)
            ? query.Initials.SelectMany(initial => OfState(initial, query, now))
            : query.Kinds.Distinct().SelectMany(kind => OfKind(kind, query, now));
        var ordered = AcrossPosition.Sorted(found, query.Order, AcrossPosition.Of);
        return [.. ordered.Take(query.Limit).UpTo(query.MaxBytes)];
    }

    private List<Document> OfKind(string kind, AcrossQuery query, DateTimeOffset now)
    {
        var prefix = query.Account + ":";
        var statement = Listing(OfOneKind, query, now);
        statement.Bind(2, kind);
        statement.Bind(7, prefix);
        statement.Bind(8, After(prefix));
        statement.Bind(9, query.Open is { } open ? open ? 1 : 0 : (long?)null);
        statement.Bind(10, query.Status);
        return DocumentRow.ReadAll(statement, query.Limit, query.MaxBytes);
    }

    private List<Document> OfTerm(string term, string kind, AcrossQuery query, DateTimeOffset now)
    {
        var prefix = query.Account + ":";
        var statement = Listing(_ofOneTerm, query, now);
        statement.Bind(2, kind);
        statement.Bind(7, query.AllAccounts ? "" : prefix);
        statement.Bind(8, query.AllAccounts ? "\u007f" : After(prefix));
        statement.Bind(9, query.Open is { } open ? open ? 1 : 0 : (long?)null);
        statement.Bind(10, query.Status);
        statement.Bind(12, term);
        statement.Bind(13, kind == AcrossQuery.EventKind ? query.Initials : null);
        return DocumentRow.ReadAll(statement, query.Limit, query.MaxBytes);
    }

    private List<Document> OfState(char initial, AcrossQuery query, DateTimeOffset now)
    {
        var statement = Listing(_ofOneState, query, now);
        statement.Bind(2, query.Account);
        statement.Bind(7, initial.ToString());
        return DocumentRow.ReadAll(statement, query.Limit, query.MaxBytes);
    }

    private SqliteStatement Listing(string select, AcrossQuery query, DateTimeOffset now)
    {
        var (beyond, direction, bound) = query.Order is ListOrder.NewestFirst
            ? ("<", "DESC", "created_at >= ?6")
            : (">", "ASC", "created_at < ?6");
        var sql = $"""
            {select} AND (created_at, id, partition) {beyond} (?3, ?4, ?5) AND {bound}
            ORDER BY created_at {direction}, id {direction}, partition {direction} LIMIT ?11
            """;
        if (!_prepared.TryGetValue(sql, out var statement))
        {
            _prepared[sql] = statement = database.Prepare(sql);
        }

        var (from, before) = (query.CreatedFrom?.UtcTicks ?? 0, query.CreatedBefore?.UtcTicks ?? long.MaxValue);
        var (created, id, partition) = query.Order is ListOrder.NewestFirst
            ? Start(query, before, after => after < before)
            : Start(query, from, after => after >= from);
        statement.Bind(1, now.UtcTicks);
        statement.Bind(3, created);
        statement.Bind(4, id);
        statement.Bind(5, partition);
        statement.Bind(6, query.Order is ListOrder.NewestFirst ? from : before);
        statement.Bind(11, query.Limit);
        return statement;
    }

    // What lies at the edge of a span of time stands beside a document of that moment whose names are empty.
    private static (long CreatedAt, string Id, string Partition) Start(
        AcrossQuery query, long edge, Predicate<long> isWithin) =>
        query.After is { } after && isWithin(after.CreatedAt.UtcTicks)
            ? (after.CreatedAt.UtcTicks, after.Id, after.Partition)
            : (edge, "", "");

    /// <summary>The first text behind all that begin so.</summary>
    private static string After(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);
}
