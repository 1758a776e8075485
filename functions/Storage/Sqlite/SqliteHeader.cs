using System.Buffers.Binary;

namespace Sessions.Storage.Sqlite;

/// <summary>
/// Looks at the first bytes of a file before SQLite does: opening a file may already change it, and what is not ours
/// stays as it is. See https://www.sqlite.org/fileformat.html#the_database_header.
/// </summary>
internal static class SqliteHeader
{
    private const int Length = 100;
    private const int UserVersionAt = 60;
    private const int ApplicationIdAt = 68;

    /// <summary>Passes what is ours, and an empty file, which will be.</summary>
    /// <exception cref="StoreStartException">It is something else.</exception>
    public static void Check(string path)
    {
        using var file = new FileStream(path, SqliteUsers.Mode(
            FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        Span<byte> header = stackalloc byte[Length];
        var read = file.ReadAtLeast(header, Length, throwOnEndOfStream: false);
        if (read == 0)
        {
            return;
        }

        if (read < Length || !header.StartsWith("SQLite format 3\0"u8))
        {
            throw StartFailure.NotADatabase(path);
        }

        Check(
            path,
            BinaryPrimitives.ReadInt32BigEndian(header[ApplicationIdAt..]),
            BinaryPrimitives.ReadInt32BigEndian(header[UserVersionAt..]));
    }

    /// <summary>Passes our mark and every version that there has been.</summary>
    /// <exception cref="StoreStartException">It is something else.</exception>
    public static void Check(string path, long applicationId, long version)
    {
        if (applicationId != SqliteSchema.ApplicationId)
        {
            throw StartFailure.Foreign(path);
        }

        if (version is < 1 or > SqliteSchema.Version)
        {
            throw StartFailure.OtherVersion(path, version);
        }
    }
}
