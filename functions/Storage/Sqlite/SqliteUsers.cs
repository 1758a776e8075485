namespace Sessions.Storage.Sqlite;

/// <summary>
/// Who else uses the file. Several processes may, and each holds a lock of its own on a file beside it, so that the
/// next one can tell.
/// </summary>
public sealed class SqliteUsers : IDisposable
{
    private const string Suffix = "-users";
    private readonly FileStream? _lock;

    /// <summary>Looks, and takes a lock until disposed.</summary>
    public SqliteUsers(SqliteStoreOptions options)
    {
        var path = Path.GetFullPath(options.Path) + Suffix;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            HasOthers = !IsFree(path);
            _lock = new(path, Mode(FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The store itself tells what is wrong with the place.
        }
    }

    /// <summary>Whether another process had the file open when this one began.</summary>
    public bool HasOthers { get; }

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    /// <summary>How a file is made that only its owner may read.</summary>
    internal static FileStreamOptions Mode(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is FileMode.OpenOrCreate)
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static bool IsFree(string path)
    {
        try
        {
            using var alone = new FileStream(path, Mode(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
