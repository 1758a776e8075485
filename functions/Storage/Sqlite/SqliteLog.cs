using Microsoft.Extensions.Logging;

namespace Sessions.Storage.Sqlite;

internal static partial class SqliteLog
{
    [LoggerMessage(1, LogLevel.Error, "A group of {Count} commits failed and was undone")]
    public static partial void GroupFailed(this ILogger logger, Exception failure, int count);

    [LoggerMessage(2, LogLevel.Error, "A read failed")]
    public static partial void ReadFailed(this ILogger logger, Exception failure);
}
