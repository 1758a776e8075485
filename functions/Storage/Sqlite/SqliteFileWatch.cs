namespace Sessions.Storage.Sqlite;

/// <summary>
/// Notices that the file was removed, moved or replaced: SQLite would go on in what nobody finds any more. It looks at
/// where the descriptor leads that SQLite has open, for to open the file again here and close it would take SQLite's
/// locks away. Where there is no <c>/proc</c>, it only sees that the file is gone.
/// </summary>
/// <remarks>https://www.sqlite.org/howtocorrupt.html, sections 2.2 and 4.2</remarks>
internal sealed class SqliteFileWatch
{
    private const string Descriptors = "/proc/self/fd";
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);
    private readonly string _path;
    private readonly FileInfo? _descriptor;
    private readonly string? _target;
    private long _looked;
    private volatile bool _isGone;

    /// <summary>To be made while SQLite has the file open.</summary>
    public SqliteFileWatch(string path)
    {
        _path = path;
        var real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (Directory.Exists(Descriptors))
        {
            _descriptor = Directory.GetFiles(Descriptors).Select(entry => new FileInfo(entry))
                .FirstOrDefault(entry => entry.LinkTarget == real);
            _target = _descriptor is null ? null : real;
        }
    }

    /// <summary>Whether the file is where it was, as of a moment ago.</summary>
    public bool IsInPlace()
    {
        if (!_isGone && TimeProvider.System.GetElapsedTime(Volatile.Read(ref _looked)) >= _pause)
        {
            Volatile.Write(ref _looked, TimeProvider.System.GetTimestamp());
            _isGone = _descriptor is null
                ? !File.Exists(_path)
                : new FileInfo(_descriptor.FullName).LinkTarget != _target;
        }

        return !_isGone;
    }
}
