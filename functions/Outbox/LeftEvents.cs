using Microsoft.Extensions.Hosting;
using Sessions.Storage;

namespace Sessions.Outbox;

/// <summary>
/// Sees to what other processes leave behind when they die: an event is leased to who writes it or sends it, and one
/// that is not settled when its lease is over is looked for then, and not at the timer's next run. It learns of them
/// with the streams; without streams only where that is free.
/// </summary>
internal sealed class LeftEvents : IMoveListener, IHostedService, IDisposable
{
    // More of them wait for the timer.
    private const int MostKept = 10_000;

    // Clocks differ a little, and who settles an event at its last moment has done so by then.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan _leastPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Partition, string Id), DateTimeOffset> _leased = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly DueEvents _due;
    private readonly StoreWatch _watch;
    private readonly WatchCost _cost;
    private readonly OutboxSettings _settings;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private DateTimeOffset _next = DateTimeOffset.MaxValue;
    private IDisposable? _watching;

    public LeftEvents(
        DueEvents due, StoreWatch watch, WatchCost cost, OutboxSettings settings, TimeProvider time)
    {
        (_due, _watch, _cost, _settings, _time) = (due, watch, cost, settings, time);
        _timer = time.CreateTimer(
            static left => _ = ((LeftEvents)left!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _watch.TellAlso(this);
        _watching = _cost.IsFree ? await _watch.Watch(this) : null;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _watching?.Dispose();
        await _stopping.CancelAsync();
    }

    /// <inheritdoc/>
    public bool Hear(Moves moves)
    {
        var now = _time.GetUtcNow();
        lock (_gate)
        {
            foreach (var move in moves.Documents ?? [])
            {
                if (move.Kind != OutboxDocuments.KindName)
                {
                    continue;
                }

                // What waits for longer than a lease waits for the timer.
                _leased.Remove((move.Partition, move.Id));
                if (move.DueAt <= now + _settings.Lease && _leased.Count < MostKept)
                {
                    _leased[(move.Partition, move.Id)] = move.DueAt.Value;
                    Set(move.DueAt.Value + _grace, now);
                }
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _stopping.Dispose();
    }

    private void Set(DateTimeOffset next, DateTimeOffset now)
    {
        if (next >= _next)
        {
            return;
        }

        _next = next;
        _timer.Change(next > now + _leastPause ? next - now : _leastPause, Timeout.InfiniteTimeSpan);
    }

    private async Task Look()
    {
        bool isOver;
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            _next = DateTimeOffset.MaxValue;
            var over = _leased.Where(one => one.Value + _grace <= now).Select(one => one.Key).ToList();
            over.ForEach(one => _leased.Remove(one));
            isOver = over.Count > 0;
            if (_leased.Count > 0)
            {
                Set(_leased.Values.Min() + _grace, now);
            }
        }

        if (isOver && !_stopping.IsCancellationRequested)
        {
            await _due.LineUpNow(_stopping.Token);
        }
    }
}
