using System.Globalization;
using System.Text.Json;

namespace Sessions.Storage.Sqlite;

/// <summary>
/// Sees what any connection writes, on a connection of its own. While nothing was committed it looks no further than
/// SQLite's own mark of that, in the memory that the processes share.
/// https://www.sqlite.org/pragma.html#pragma_data_version
/// </summary>
internal sealed class SqliteMoves : IDisposable
{
    /// <summary>How many transactions are remembered at least.</summary>
    public const int Kept = 4096;

    private const int PageSize = 256;

    private readonly Lock _gate = new();
    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _version;
    private readonly SqliteStatement _last;
    private readonly SqliteStatement _since;
    private (long Version, long Place)? _seen;

    public SqliteMoves(string path, TimeSpan busyTimeout)
    {
        _database = new SqliteDatabase(path, busyTimeout);
        _version = _database.Prepare("PRAGMA data_version");
        _last = _database.Prepare("SELECT coalesce(max(sequence), 0) FROM moves");
        _since = _database.Prepare(
            "SELECT sequence, documents FROM moves WHERE sequence > ?1 ORDER BY sequence LIMIT ?2");
    }

    /// <summary>What was written since a place.</summary>
    public Moves Since(string? since)
    {
        lock (_gate)
        {
            // What is committed between the two is read now, or at the next look.
            var version = _version.Ask();
            if (!long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var place))
            {
                return Seen(version, _last.Ask(), []);
            }

            return _seen == (version, place) ? Seen(version, place, []) : Read(version, place);
        }
    }

    public void Dispose()
    {
        // Somebody may be looking.
        lock (_gate)
        {
            _database.Dispose();
        }
    }

    private Moves Read(long version, long place)
    {
        List<Move> documents = [];
        var (rows, isWhole, last) = (0, true, place);
        _since.Bind(1, place);
        _since.Bind(2, PageSize);
        try
        {
            while (_since.Step())
            {
                isWhole &= _since.Number(0) == last + 1;
                (rows, last) = (rows + 1, _since.Number(0));
                documents.AddRange(JsonSerializer.Deserialize(_since.Bytes(1), MovesJson.Default.ListMove)!);
            }
        }
        finally
        {
            _since.Reset();
        }

        // Another file may have been put in the place of this one, such as a backup.
        isWhole &= rows > 0 || _last.Ask() == place;
        var moves = isWhole ? Seen(version, last, documents) : Seen(version, _last.Ask(), null);
        if (!isWhole || rows < PageSize)
        {
            return moves;
        }

        _seen = null;
        return moves with { HasMore = true };
    }

    private Moves Seen(long version, long place, IReadOnlyList<Move>? documents)
    {
        _seen = (version, place);
        return new(place.ToString(CultureInfo.InvariantCulture), documents);
    }
}
