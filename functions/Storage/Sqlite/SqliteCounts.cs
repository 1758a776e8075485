namespace Sessions.Storage.Sqlite;

/// <summary>How many there are.</summary>
/// <param name="Value">0 or more.</param>
/// <param name="Scanned">How many were looked at one by one for it, which will not be once they are kept.</param>
internal sealed record SqliteCount(long Value, long Scanned);

/// <summary>
/// Counts the documents of a list. One caller at a time. The length of a long list is kept beside the documents, by
/// triggers: see <see cref="SqliteSchema.Lengths"/>. Of what is kept those are left out whose time is over, which the
/// timer will remove: they are few, unless it has not run for long, and then it is counted as if nothing were kept.
/// </summary>
internal sealed class SqliteCounts(SqliteDatabase database)
{
    /// <summary>How many there must be for it to be kept: fewer are counted as soon.</summary>
    public const int Many = 250;

    // How many whose time is over are looked at.
    private const int Few = 1000;

    private const string Counted =
        "SELECT COUNT(*) FROM documents WHERE partition = ?2 AND kind = ?3 AND (purge_at IS NULL OR purge_at > ?1)";

    private const string OfIndex = " AND list_by = ?4";
    private const string WithoutDue = " AND (due_at IS NULL OR due_at > ?1)";

    private const string Gone = """
        SELECT count(*), sum(partition = ?2 AND kind = ?3 AND (?4 IS NULL OR list_by IS ?4)) FROM
            (SELECT partition, kind, list_by FROM documents INDEXED BY documents_by_purge WHERE purge_at <= ?1
            LIMIT ?5)
        """;

    private const string Due = """
        SELECT count(*), sum(
                partition = ?2 AND (?4 IS NULL OR list_by IS ?4) AND (purge_at IS NULL OR purge_at > ?1)) FROM
            (SELECT partition, list_by, purge_at FROM documents INDEXED BY documents_by_due
            WHERE kind = ?3 AND due_at <= ?1 LIMIT ?5)
        """;

    private readonly Dictionary<string, SqliteStatement> _prepared = [];

    public SqliteCount Of(CountQuery query, DateTimeOffset now)
    {
        if (query.Account is { } account)
        {
            return OfAccount(account, query);
        }

        var (isKept, kept) = KeptOf(query, now);
        if (kept is { } length)
        {
            return new(length, 0);
        }

        var number = Bound(
            $"{Counted}{(query.Index is null ? "" : OfIndex)}{(query.WithDue ? "" : WithoutDue)}", query, now).Ask();
        return new(number, isKept ? 0 : number);
    }

    // While the first statement stands on its row, the others see what it has seen.
    private (bool IsKept, long? Length) KeptOf(CountQuery query, DateTimeOffset now)
    {
        var length = Prepared(
            $"SELECT number FROM lengths WHERE partition = ?1 AND kind = ?2 AND list = ?3 AND {SqliteSchema.IsWhole}");
        length.Bind(1, query.Partition);
        length.Bind(2, query.Kind);
        length.Bind(3, SqliteSchema.ListOf(query.Index));
        try
        {
            return length.Step()
                ? (true, length.Number(0) - Some(Gone, query, now) - (query.WithDue ? 0 : Some(Due, query, now)))
                : (false, null);
        }
        finally
        {
            length.Reset();
        }
    }

    // Null when there are too many to look at.
    private long? Some(string sql, CountQuery query, DateTimeOffset now)
    {
        var statement = Bound(sql, query, now);
        statement.Bind(5, Few);
        try
        {
            statement.Step();
            return statement.Number(0) < Few ? statement.Number(1) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    private SqliteCount OfAccount(string account, CountQuery query)
    {
        var statement = Prepared("SELECT number FROM counts WHERE account = ?1 AND kind = ?2 AND state = ?3");
        statement.Bind(1, account);
        statement.Bind(2, query.Kind);
        statement.Bind(3, query.State);
        try
        {
            return new(statement.Step() ? statement.Number(0) : 0, 0);
        }
        finally
        {
            statement.Reset();
        }
    }

    private SqliteStatement Bound(string sql, CountQuery query, DateTimeOffset now)
    {
        var statement = Prepared(sql);
        statement.Bind(1, now.UtcTicks);
        statement.Bind(2, query.Partition);
        statement.Bind(3, query.Kind);
        if (sql.Contains("?4", StringComparison.Ordinal))
        {
            statement.Bind(4, query.Index);
        }

        return statement;
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
