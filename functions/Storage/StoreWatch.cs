using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Sessions.Storage;

/// <summary>Who is told of what was written.</summary>
public interface IMoveListener
{
    /// <summary>Takes note of it; whether any of it was waited for.</summary>
    bool Hear(Moves moves);
}

/// <summary>What it costs to learn what other processes write.</summary>
/// <param name="IsFree">
/// Whether next to nothing, so that the store is watched for the outbox alone, too; else only while streams are open.
/// </param>
public sealed record WatchCost(bool IsFree);

/// <summary>
/// Sees for all of this process what any process writes: one look at the store for all who wait for something there,
/// however many they are, and none while nobody does. Once a second at rest; for ten seconds after something came that
/// was waited for, five times.
/// </summary>
public sealed partial class StoreWatch(IDocumentStore store, TimeProvider time, ILogger<StoreWatch> log) : IDisposable
{
    private static readonly TimeSpan _atRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _astir = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan _astirFor = TimeSpan.FromSeconds(10);

    // While the store does not tell, everybody looks for himself from time to time.
    private static readonly TimeSpan _blindly = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<IMoveListener, int> _listeners = [];
    private readonly List<IMoveListener> _also = [];
    private CancellationTokenSource? _watching;
    private TaskCompletionSource _begun = new();
    private long _seenUpTo;

    /// <summary>When the last look began that has told of all that it found; never after now.</summary>
    public DateTimeOffset SeenUpTo
    {
        get => new(Math.Min(Interlocked.Read(ref _seenUpTo), time.GetUtcNow().UtcTicks), TimeSpan.Zero);
        private set => Interlocked.Exchange(ref _seenUpTo, value.UtcTicks);
    }

    /// <summary>Tells a listener of what is written, too, for as long as others watch.</summary>
    public void TellAlso(IMoveListener listener)
    {
        lock (_gate)
        {
            _also.Add(listener);
        }
    }

    /// <summary>
    /// Tells a listener of what is written from when this is answered, until all that it gave him are disposed.
    /// </summary>
    public async ValueTask<IDisposable> Watch(IMoveListener listener)
    {
        var watcher = new Watcher(this, listener);
        await Begin(listener);
        return watcher;
    }

    private Task Begin(IMoveListener listener)
    {
        lock (_gate)
        {
            _listeners[listener] = _listeners.GetValueOrDefault(listener) + 1;
            if (_watching is null)
            {
                SeenUpTo = time.GetUtcNow();
                _watching = new();
                _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

                // It is done for all, and so no part of what the first of them does.
                var first = Activity.Current;
                Activity.Current = null;
                _ = Run(_begun, _watching.Token);
                Activity.Current = first;
            }

            return _begun.Task;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _watching?.Cancel();
            _watching?.Dispose();
            _watching = null;
        }
    }

    private async Task Run(TaskCompletionSource begun, CancellationToken stop)
    {
        string? place = null;
        var (astirUntil, blindSince) = (DateTimeOffset.MinValue, (DateTimeOffset?)null);
        try
        {
            while (true)
            {
                var began = time.GetUtcNow();
                var found = await Read(place, stop);
                if (found.Value is { } moves)
                {
                    // What came while no place was known is not known either; but nobody has waited before the first.
                    var isAstir = (place is not null || begun.Task.IsCompleted)
                        && Tell(place is null ? moves with { Documents = null } : moves);
                    place = moves.Place;
                    blindSince = null;
                    SeenUpTo = moves.HasMore ? SeenUpTo : began;
                    astirUntil = isAstir ? began + _astirFor : astirUntil;
                    if (moves.HasMore)
                    {
                        continue;
                    }
                }
                else if (began - (blindSince ??= began) >= _blindly)
                {
                    LogBlind(found.Outcome);
                    place = null;
                    blindSince = began;
                    Tell(new("", null));
                }

                begun.TrySetResult();
                await Task.Delay(
                    found.RetryAfter is { } asked && asked > _atRest ? asked
                    : began < astirUntil ? _astir
                    : _atRest,
                    time,
                    stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            begun.TrySetResult();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "All who wait for something depend on it to go on.")]
    private async ValueTask<ReadResult<Moves>> Read(string? place, CancellationToken stop)
    {
        try
        {
            return await store.ReadMoves(place, stop);
        }
        catch (Exception bug) when (!stop.IsCancellationRequested)
        {
            LogBug(bug);
            return new(StoreOutcome.Unavailable, null);
        }
    }

    private bool Tell(Moves moves)
    {
        if (moves.Documents is [])
        {
            return false;
        }

        IMoveListener[] listeners;
        lock (_gate)
        {
            listeners = [.. _listeners.Keys.Union(_also)];
        }

        var isWaitedFor = false;
        foreach (var listener in listeners)
        {
            isWaitedFor |= listener.Hear(moves);
        }

        return isWaitedFor;
    }

    private void Leave(IMoveListener listener)
    {
        lock (_gate)
        {
            if (--_listeners[listener] == 0)
            {
                _listeners.Remove(listener);
            }

            if (_listeners.Count == 0)
            {
                Dispose();
            }
        }
    }

    [LoggerMessage(13, LogLevel.Warning, "The store does not tell what is written: it answered {Outcome}")]
    private partial void LogBlind(StoreOutcome outcome);

    [LoggerMessage(14, LogLevel.Error, "What is written cannot be read")]
    private partial void LogBug(Exception bug);

    private sealed class Watcher(StoreWatch watch, IMoveListener listener) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                watch.Leave(listener);
            }
        }
    }
}
