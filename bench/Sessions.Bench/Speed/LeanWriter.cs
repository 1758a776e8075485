using SQLitePCL;

namespace Sessions.Bench;

/// <summary>The one that writes to the lean store, on a thread of its own.</summary>
internal sealed class LeanWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _come = new(initialState: false);
    private readonly LeanConnection _connection;
    private readonly Thread _thread;
    private List<LeanWrite> _waiting = [];
    private bool _ends;

    public LeanWriter(string path)
    {
        _connection = new(path);
        _connection.Run("""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS sessions (id TEXT NOT NULL UNIQUE, body BLOB NOT NULL) STRICT
            """);
        _thread = new(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether it was written; answered when it is on the disk.</summary>
    public Task<bool> Write(LeanWrite write)
    {
        lock (_gate)
        {
            _waiting.Add(write);
        }

        _come.Set();
        return write.Written.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Volatile.Write(ref _ends, true);
        _come.Set();
        _thread.Join();
        _come.Dispose();
        _connection.Dispose();
    }

    private void Run()
    {
        using var begin = _connection.Prepare("BEGIN IMMEDIATE");
        using var commit = _connection.Prepare("COMMIT");
        using var insert = _connection.Prepare("INSERT INTO sessions (id, body) VALUES (?1, ?2)");
        using var update = _connection.Prepare("UPDATE sessions SET body = ?2 WHERE id = ?1");
        List<LeanWrite> group = [];
        while (!Volatile.Read(ref _ends))
        {
            lock (_gate)
            {
                (group, _waiting) = (_waiting, group);
            }

            if (group.Count is 0)
            {
                _come.WaitOne();
                continue;
            }

            Step(begin);
            foreach (var write in group)
            {
                var statement = write.IsNew ? insert : update;
                raw.sqlite3_bind_text(statement, 1, write.Id);
                raw.sqlite3_bind_blob(statement, 2, write.Body);
                Step(statement);
                write.Changed = _connection.Changes == 1;
            }

            Step(commit);
            group.ForEach(write => write.Written.SetResult(write.Changed));
            group.Clear();
        }
    }

    private static void Step(sqlite3_stmt statement)
    {
        LeanConnection.IsRow(raw.sqlite3_step(statement));
        _ = raw.sqlite3_reset(statement);
    }
}

/// <summary>A body to write.</summary>
/// <param name="Id">Whose.</param>
/// <param name="Body">The body.</param>
/// <param name="IsNew">Whether there is none yet.</param>
internal sealed record LeanWrite(string Id, byte[] Body, bool IsNew)
{
    public bool Changed { get; set; }

    public TaskCompletionSource<bool> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
