using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Sessions.Http;

namespace Sessions.Hosting.SelfHosted;

/// <summary>
/// The log on the console, one line for each entry: of a request the time and what <see cref="RequestObserver"/> tells,
/// of all else the level and the category, too. Who looks on at a terminal sees by colours what went wrong;
/// <c>NO_COLOR</c> turns them off (https://no-color.org).
/// </summary>
public sealed class ConsoleLines : ConsoleFormatter
{
    /// <summary>What settings call it.</summary>
    public const string FormatName = "sessions";

    private const string Plain = "\e[0m";
    private const string Faint = "\e[2m";
    private const string Red = "\e[31m";
    private const string Green = "\e[32m";
    private const string Yellow = "\e[33m";

    private readonly TimeProvider _time;
    private readonly bool _isColoured;

    /// <summary>For the console as it is.</summary>
    public ConsoleLines(TimeProvider time)
        : this(
            time,
            !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")))
    {
    }

    /// <summary>With or without colours.</summary>
    public ConsoleLines(TimeProvider time, bool isColoured)
        : base(FormatName) => (_time, _isColoured) = (time, isColoured);

    /// <inheritdoc/>
    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var now = _time.GetUtcNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        Write(textWriter, Faint, now);
        textWriter.Write(' ');
        var text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (logEntry.Category == RequestObserver.Category)
        {
            WriteRequest(textWriter, text, logEntry.State as IReadOnlyList<KeyValuePair<string, object?>> ?? []);
        }
        else
        {
            Write(textWriter, ColourOf(logEntry.LogLevel), NameOf(logEntry.LogLevel));
            textWriter.Write($" {logEntry.Category}: {OnOneLine(text)}");
        }

        textWriter.WriteLine(logEntry.Exception is { } failure ? $" {OnOneLine(failure.ToString())}" : "");
    }

    private static string OnOneLine(string text) => text.ReplaceLineEndings(" ");

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        LogLevel.Critical => "crit",
        _ => "dbug",
    };

    private static string ColourOf(LogLevel level) => level switch
    {
        LogLevel.Information => Green,
        LogLevel.Warning => Yellow,
        LogLevel.Error or LogLevel.Critical => Red,
        _ => Faint,
    };

    private static string ColourOf(int status) => status switch
    {
        >= 500 => Red,
        >= 400 => Yellow,
        _ => Green,
    };

    private void WriteRequest(
        TextWriter writer, string text, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        var status = values.FirstOrDefault(value => value.Key is "Status").Value as int? ?? 0;
        Write(writer, ColourOf(status), text);
    }

    private void Write(TextWriter writer, string colour, string text)
    {
        writer.Write(_isColoured ? colour : "");
        writer.Write(text);
        writer.Write(_isColoured ? Plain : "");
    }
}
