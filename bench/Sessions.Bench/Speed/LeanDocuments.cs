using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using SQLitePCL;

namespace Sessions.Bench;

/// <summary>
/// The store that a careful engineer would write for one kind of thing, and for nothing else: a table of ids and bodies
/// with one unique index, a log with every commit on the disk before it is answered, one writer that commits together
/// what came while it was busy, and readers of their own.
/// </summary>
internal sealed class LeanDocuments : IDisposable
{
    private readonly string _path;
    private readonly string _filler;
    private readonly ConcurrentBag<Reader> _readers = [];
    private readonly LeanWriter _writer;
    private readonly Numbers _numbers = new();

    public LeanDocuments(string path, BareSizes sizes)
    {
        _path = path;
        _filler = new('x', Math.Max(0, sizes.One - Body("", "").Length - 44));
        _writer = new(path);
    }

    /// <summary>Makes one, and gives its body.</summary>
    public async Task<byte[]> Create()
    {
        var id = Guid.NewGuid().ToString("N");
        var body = Body(id);
        await _writer.Write(new(id, body, IsNew: true));
        return body;
    }

    /// <summary>The body of one; null when there is none.</summary>
    public byte[]? Fetch(string id)
    {
        var reader = Take();
        var found = reader.Fetch(id);
        _readers.Add(reader);
        return found;
    }

    /// <summary>The first of them by their ids.</summary>
    public byte[] List(int count)
    {
        var reader = Take();
        var found = reader.List(count);
        _readers.Add(reader);
        return found;
    }

    /// <summary>Writes another body in the place of one, and gives it; null when there is none.</summary>
    public async Task<byte[]?> Update(string id)
    {
        var body = Body(id);
        return await _writer.Write(new(id, body, IsNew: false)) ? body : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        foreach (var reader in _readers)
        {
            reader.Dispose();
        }
    }

    private Reader Take() => _readers.TryTake(out var reader) ? reader : new(_path);

    // Never twice the same: SQLite writes nothing in the place of the same bytes.
    private byte[] Body(string id) => Body(id, $"{_numbers.Take(1):D12}{_filler}");

    private static byte[] Body(string id, string filler) =>
        Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","filler":"{{filler}}"}""");

    /// <summary>One connection that reads.</summary>
    private sealed class Reader(string path) : IDisposable
    {
        private readonly LeanConnection _connection = new(path);
        private sqlite3_stmt? _fetch;
        private sqlite3_stmt? _list;

        public byte[]? Fetch(string id)
        {
            _fetch ??= _connection.Prepare("SELECT body FROM sessions WHERE id = ?1");
            raw.sqlite3_bind_text(_fetch, 1, id);
            var found = LeanConnection.IsRow(raw.sqlite3_step(_fetch))
                ? raw.sqlite3_column_blob(_fetch, 0).ToArray()
                : null;
            _ = raw.sqlite3_reset(_fetch);
            return found;
        }

        public byte[] List(int count)
        {
            _list ??= _connection.Prepare($"SELECT body FROM sessions WHERE id >= ?1 ORDER BY id LIMIT {count}");
            raw.sqlite3_bind_text(_list, 1, "");
            var all = new ArrayBufferWriter<byte>(4096);
            all.Write("["u8);
            while (LeanConnection.IsRow(raw.sqlite3_step(_list)))
            {
                all.Write(all.WrittenCount > 1 ? ","u8 : ""u8);
                all.Write(raw.sqlite3_column_blob(_list, 0));
            }

            _ = raw.sqlite3_reset(_list);
            all.Write("]"u8);
            return all.WrittenSpan.ToArray();
        }

        public void Dispose()
        {
            _fetch?.Dispose();
            _list?.Dispose();
            _connection.Dispose();
        }
    }
}

/// <summary>A connection to the lean store's file, for one thread at a time.</summary>
internal sealed class LeanConnection : IDisposable
{
    private const int Flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX;
    private readonly sqlite3 _connection;

    public LeanConnection(string path)
    {
        Batteries_V2.Init();
        Check(raw.sqlite3_open_v2(path, out _connection, Flags, null));
        Check(raw.sqlite3_busy_timeout(_connection, 5000));
    }

    /// <summary>How many rows the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(_connection);

    public void Run(string sql) => Check(raw.sqlite3_exec(_connection, sql));

    public sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement));
        return statement;
    }

    /// <summary>Whether a step found a row.</summary>
    public static bool IsRow(int result) => result is raw.SQLITE_ROW || (result is raw.SQLITE_DONE
        ? false
        : throw new InvalidOperationException($"SQLite answered {result}."));

    public void Dispose() => _connection.Dispose();

    private static void Check(int result)
    {
        if (result is not raw.SQLITE_OK)
        {
            throw new InvalidOperationException($"SQLite answered {result}.");
        }
    }
}
