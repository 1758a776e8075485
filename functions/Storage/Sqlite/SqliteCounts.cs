namespace Sessions.Storage.Sqlite;

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
