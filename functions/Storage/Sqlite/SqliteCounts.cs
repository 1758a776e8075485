namespace Sessions.Storage.Sqlite;

/// <summary>Counts the documents of a list. One caller at a time.</summary>
internal sealed class SqliteCounts(SqliteDatabase database)
{
    private const string Counted =
        "SELECT COUNT(*) FROM documents WHERE partition = ?2 AND kind = ?3 AND (purge_at IS NULL OR purge_at > ?1)";

    private readonly Lazy<SqliteStatement> _all = new(() => database.Prepare(Counted));
    private readonly Lazy<SqliteStatement> _ofStatus = new(() => database.Prepare($"{Counted} AND status = ?4"));

    public DocumentCount Of(string partition, string kind, string? status, DateTimeOffset now)
    {
        var statement = status is null ? _all.Value : _ofStatus.Value;
        statement.Bind(1, now.UtcTicks);
        statement.Bind(2, partition);
        statement.Bind(3, kind);
        if (status is not null)
        {
            statement.Bind(4, status);
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
}
