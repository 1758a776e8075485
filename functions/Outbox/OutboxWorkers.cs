using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Outbox;

/// <summary>The workers that send what is lined up, for as long as the host runs.</summary>
internal sealed partial class OutboxWorkers(
    WaitingLanes lanes, LaneDelivery delivery, OutboxSettings settings, TimeProvider time, ILogger<OutboxWorkers> log)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan _glance = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var workers = Enumerable.Range(0, settings.Parallelism).Select(_ => lanes.Work(Serve, _stopping.Token));
        _running = Task.WhenAll(workers);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    [SuppressMessage("Design", "CA1031", Justification = "One bad lane must not end a worker.")]
    private async Task<StoredEvent?> Serve(Lane lane, CancellationToken cancellation)
    {
        try
        {
            var head = await delivery.Run(lane, cancellation);
            if (head is { Document.DueAt: { } until } && until - time.GetUtcNow() is { Ticks: > 0 } wait)
            {
                _ = head switch
                {
                    // Another process is at it, and will not see to ours behind it.
                    { IsNew: true } => LookAgain(lane, _glance, cancellation),
                    { Body.LongestPause: not null } => LookAgain(lane, wait, cancellation),
                    _ => Task.CompletedTask,
                };
            }

            return head;
        }
        catch (StoreFaultException fault)
        {
            LogStoreFault(fault.Outcome);
        }
        catch (Exception bug) when (!cancellation.IsCancellationRequested)
        {
            LogBug(bug);
        }

        return null;
    }

    private async Task LookAgain(Lane lane, TimeSpan wait, CancellationToken cancellation)
    {
        await Task.Delay(wait, time, cancellation).Quietly();
        if (!cancellation.IsCancellationRequested)
        {
            _ = lanes.Add(lane);
        }
    }

    [LoggerMessage(25, LogLevel.Warning, "Events wait for the timer: the store answered {Outcome}")]
    private partial void LogStoreFault(StoreOutcome outcome);

    [LoggerMessage(26, LogLevel.Error, "Events wait for the timer")]
    private partial void LogBug(Exception bug);
}
