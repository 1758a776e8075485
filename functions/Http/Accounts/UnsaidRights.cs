using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sessions.Http.Accounts;

/// <summary>Tells at start which credentials may do nothing because their settings do not say what.</summary>
internal sealed partial class UnsaidRights(Credentials credentials, ILogger<UnsaidRights> log) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var unsaid in credentials.Unsaid)
        {
            LogUnsaid(unsaid);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(31, LogLevel.Warning, "{Unsaid}")]
    private partial void LogUnsaid(string unsaid);
}
