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

        var statement = Bound(
            $"{Counted}{(query.Index is null ? "" : OfIndex)}{(query.WithDue ? "" : WithoutDue)}", query, now);
        try
        {
            statement.Step();
            var number = statement.Number(0);
            return new(number, isKept ? 0 : number);
        }
        finally
        {
            statement.Reset();
        }
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

/// <summary>
/// Begins to keep the lengths of lists, inside the transaction of its connection. A list is counted in pieces, so that
/// nobody's write waits for all of a long one; what comes into a part that is counted already, or goes from it, is the
/// triggers' to count.
/// </summary>
internal sealed class SqliteLengths(SqliteDatabase database)
{
    private const int Piece = 5000;

    private const string Length = "partition = ?1 AND kind = ?2 AND list = ?3";

    private readonly SqliteStatement _begin = database.Prepare("""
        INSERT INTO lengths (partition, kind, list, number, up_to, up_to_id) VALUES (?1, ?2, ?3, 0, 0, '')
        ON CONFLICT DO NOTHING
        """);

    private readonly SqliteStatement _place = database.Prepare($"SELECT up_to, up_to_id FROM lengths WHERE {Length}");

    private readonly SqliteStatement _moveOn = database.Prepare(
        $"UPDATE lengths SET number = number + ?4, up_to = ?5, up_to_id = ?6 WHERE {Length}");

    private readonly Lazy<SqliteStatement> _ends = new(() => database.Prepare(EndOf("")));
    private readonly Lazy<SqliteStatement> _endsOfIndex = new(() => database.Prepare(EndOf("AND list_by = ?6")));

    /// <summary>Counts the next piece of a list; whether it was the last one.</summary>
    public bool Keep(CountQuery query)
    {
        Bound(_begin, query).Execute();
        var (from, fromId) = At(Bound(_place, query))!.Value;
        if (from == long.MaxValue)
        {
            return true;
        }

        var (number, end) = PieceOf(query, from, fromId);
        Bound(_moveOn, query);
        _moveOn.Bind(4, number);
        _moveOn.Bind(5, end?.At ?? long.MaxValue);
        _moveOn.Bind(6, end?.Id ?? "");
        _moveOn.Execute();
        return end is null;
    }

    // The end is null where the list ends.
    private (int Number, (long At, string Id)? End) PieceOf(CountQuery query, long from, string fromId)
    {
        var statement = (query.Index is null ? _ends : _endsOfIndex).Value;
        statement.Bind(1, query.Partition);
        statement.Bind(2, query.Kind);
        statement.Bind(3, from);
        statement.Bind(4, fromId);
        statement.Bind(5, Piece);
        if (query.Index is { } index)
        {
            statement.Bind(6, index);
        }

        try
        {
            var number = 0;
            while (statement.Step())
            {
                number++;
                if (number == Piece)
                {
                    return (number, (statement.Number(0), statement.Text(1)));
                }
            }

            return (number, null);
        }
        finally
        {
            statement.Reset();
        }
    }

    private static (long At, string Id)? At(SqliteStatement place)
    {
        try
        {
            return place.Step() ? (place.Number(0), place.Text(1)) : null;
        }
        finally
        {
            place.Reset();
        }
    }

    private static SqliteStatement Bound(SqliteStatement statement, CountQuery query)
    {
        statement.Bind(1, query.Partition);
        statement.Bind(2, query.Kind);
        statement.Bind(3, SqliteSchema.ListOf(query.Index));
        return statement;
    }

    private static string EndOf(string ofIndex) => $"""
        SELECT created_at, id FROM documents
        WHERE partition = ?1 AND kind = ?2 {ofIndex} AND (created_at, id) > (?3, ?4)
        ORDER BY created_at, id LIMIT ?5
        """;
}

/// <summary>Sees to it that the lengths of long lists are kept that are asked for.</summary>
internal sealed class SqliteLengthKeeper(SqliteWriter writer)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<CountQuery, Task> _underWay = [];

    /// <summary>Has a list counted, piece by piece, after what cannot wait. Ends when it is.</summary>
    public Task Keep(CountQuery query)
    {
        lock (_gate)
        {
            return _underWay.TryGetValue(query, out var counting) ? counting : _underWay[query] = Count(query);
        }
    }

    private async Task Count(CountQuery query)
    {
        await Task.Yield();
        for (var isOver = false; !isOver;)
        {
            var piece = new PendingLength(query);
            isOver = !writer.TryQueue(piece, canWait: true) || await piece.Task;
        }

        lock (_gate)
        {
            _underWay.Remove(query);
        }
    }
}

/// <summary>One piece of a list that is counted; whether there is no more to do.</summary>
internal sealed class PendingLength(CountQuery query)
    : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously), IPendingWork
{
    // About as long as so many writes.
    private const int Writes = 25;
    private bool _isOver;

    public int Size => Writes;

    public IEnumerable<Move> Moved => [];

    public bool GivenUp() => false;

    public void Apply(SqliteTransaction transaction, SqliteWrites writes, DateTimeOffset now) =>
        _isOver = writes.Lengths.Keep(query);

    public void Succeed() => SetResult(_isOver);

    // Who counts next begins again.
    public void Fail(Exception failure) => SetResult(true);
}
