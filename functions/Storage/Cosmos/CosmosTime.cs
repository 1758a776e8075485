using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// Asks Cosmos DB what time it is, by writing an item of its own, whose <c>_ts</c> it answers: at the start, every five
/// minutes, and at once when the machine's clock was put. While that is wrong the store's is gone by, which this tells
/// in the log and as <c>sessions.clock.ahead</c> of the meter <c>Sessions</c>.
/// </summary>
internal sealed partial class CosmosTime : IHostedService, IDisposable
{
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _whileFar = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _whileNear = TimeSpan.FromMinutes(5);

    // What took longer says too little, and a start does not wait longer for it.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly CosmosDocumentStore _store;
    private readonly StoreClock _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _end = new();
    private Task _looking = Task.CompletedTask;
    private long? _askedAt;
    private bool _isToldFar;

    [SuppressMessage("Reliability", "CA2000", Justification = "A meter is its factory's to dispose of.")]
    public CosmosTime(CosmosDocumentStore store, StoreClock clock, IMeterFactory meters, ILogger<CosmosTime> log)
    {
        (_store, _clock, _log) = (store, clock, log);
        meters.Create("Sessions").CreateObservableGauge(
            "sessions.clock.ahead",
            () => clock.Ahead.TotalSeconds,
            "s",
            "How far this machine's clock is ahead of the store's.");
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Ask(cancellationToken);
        _looking = Look(_end.Token);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _end.CancelAsync();
        await _looking;
    }

    public void Dispose() => _end.Dispose();

    private async Task Look(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_look, _clock, stop);
                if (_askedAt is not { } asked || _clock.IsFar != _isToldFar
                    || _clock.GetElapsedTime(asked) >= (_clock.IsFar ? _whileFar : _whileNear))
                {
                    await Ask(stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It is over.
        }
    }

    // Where the store does not tell, what it told before is gone by, and it is asked again at the next look.
    private async Task Ask(CancellationToken cancellation)
    {
        var began = _clock.GetTimestamp();
        var told = await Told(cancellation);
        var took = _clock.GetElapsedTime(began);
        _askedAt = told is null || took > _patience ? null : began;
        if (_askedAt is not null)
        {
            _clock.IsTold(told!.Value + (took / 2));
            Tell();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The app needs it neither to start nor to go on.")]
    private async ValueTask<DateTimeOffset?> Told(CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(_patience, _clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            return await _store.TellTime(end.Token);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogUntold(failure);
            return null;
        }
    }

    private void Tell()
    {
        var (isFar, wasFar) = (_clock.IsFar, _isToldFar);
        _isToldFar = isFar;
        if (isFar)
        {
            LogFar(_clock.Ahead);
        }
        else if (wasFar)
        {
            LogNear();
        }
    }

    [LoggerMessage(15, LogLevel.Warning,
        "This machine's clock is {Ahead} ahead of Cosmos DB's, behind it if negative: sessions go by Cosmos DB's")]
    private partial void LogFar(TimeSpan ahead);

    [LoggerMessage(17, LogLevel.Warning, "Cosmos DB does not tell the time; it is asked again")]
    private partial void LogUntold(Exception failure);

    [LoggerMessage(16, LogLevel.Warning, "This machine's clock is as Cosmos DB's again: sessions go by it")]
    private partial void LogNear();
}
