namespace Sessions.Storage.Sqlite;

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

    public bool GivenUp() => false;

    public void Apply(SqliteTransaction transaction, SqliteWrites writes, DateTimeOffset now) =>
        _isOver = writes.Lengths.Keep(query);

    public void Succeed() => SetResult(_isOver);

    // Who counts next begins again.
    public void Fail(Exception failure) => SetResult(true);
}
