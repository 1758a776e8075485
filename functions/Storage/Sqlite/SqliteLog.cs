using Microsoft.Extensions.Logging;

namespace Sessions.Storage.Sqlite;

internal static partial class SqliteLog
{
    [LoggerMessage(1, LogLevel.Error, "A group of {Count} commits failed and was undone")]
    public static partial void GroupFailed(this ILogger logger, Exception failure, int count);

    [LoggerMessage(2, LogLevel.Error, "A read failed")]
    public static partial void ReadFailed(this ILogger logger, Exception failure);

    [LoggerMessage(3, LogLevel.Information, "The database is carried over to version {Version}: {Percent} %")]
    public static partial void CarryingOver(this ILogger logger, int version, int percent);

    [LoggerMessage(4, LogLevel.Information, "The database is of version {Version} now")]
    public static partial void CarriedOver(this ILogger logger, int version);

    [LoggerMessage(5, LogLevel.Warning, "Others on this machine may read {Path}. Unless they should: chmod 600")]
    public static partial void OthersMayRead(this ILogger logger, string path);

    [LoggerMessage(6, LogLevel.Warning,
        "What was written last to {Path} was written {Ahead} after now: was that clock wrong, or is this one?")]
    public static partial void WrittenLater(this ILogger logger, string path, TimeSpan ahead);

    [LoggerMessage(7, LogLevel.Error, "The log beside the database could not be folded into it; tried again later")]
    public static partial void FoldingFailed(this ILogger logger, Exception failure);
}
