using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sessions.Http;

namespace Sessions.Tests.Support;

/// <summary>Keeps what one service logs.</summary>
internal sealed class LogSink : ILoggerProvider
{
    private readonly ConcurrentQueue<(string Category, string Line)> _lines = [];

    /// <summary>The lines of requests, oldest first.</summary>
    public IReadOnlyList<string> Requests => Of(RequestObserver.Category);

    /// <summary>All lines of all categories.</summary>
    public IReadOnlyList<string> All => [.. _lines.Select(line => line.Line)];

    public IReadOnlyList<string> Of(string category) =>
        [.. _lines.Where(line => line.Category == category).Select(line => line.Line)];

    /// <summary>Lets a service log to it, requests too.</summary>
    public void ListenTo(IHostApplicationBuilder builder)
    {
        builder.Configuration[$"Logging:LogLevel:{RequestObserver.Category}"] = nameof(LogLevel.Information);
        builder.Services.AddSingleton<ILoggerProvider>(this);
    }

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<(string Category, string Line)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => lines.Enqueue((category, formatter(state, exception)));
    }
}
