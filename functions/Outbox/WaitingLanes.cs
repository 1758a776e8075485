using System.Threading.Channels;

namespace Sessions.Outbox;

/// <summary>
/// The lanes that wait to be served by this process. Hosts take turns and each has only so many at a time, so that a
/// slow one, however much waits for it, leaves room for the others.
/// </summary>
public sealed class WaitingLanes(OutboxSettings settings)
{
    private const int Capacity = 10_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Line> _lines = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<Lane, TaskCompletionSource<StoredEvent?>> _waiting = [];
    private readonly Channel<Line> _turns = Channel.CreateUnbounded<Line>();

    /// <summary>How many lanes wait or are being served.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Lines up a lane; one that waits already waits no more than once.</summary>
    /// <returns>What its service will come to, or null when there is no room: the store keeps it.</returns>
    public Task<StoredEvent?>? Add(Lane lane)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(lane, out var known))
            {
                return known.Task;
            }

            var line = _lines.GetValueOrDefault(lane.Host) ?? (_lines[lane.Host] = new(lane.Host));
            if (_waiting.Count >= Capacity || line.Lanes.Count >= settings.WaitingPerHost)
            {
                return null;
            }

            var served = new TaskCompletionSource<StoredEvent?>(
                TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(lane, served);
            line.Lanes.Enqueue(lane);
            GiveTurn(line);
            return served.Task;
        }
    }

    /// <summary>Serves lanes one after the other until it is cancelled; each worker runs one of these.</summary>
    /// <param name="serve">Gives the event that the lane must wait for, if any. Must not throw.</param>
    /// <param name="cancellation">Ends the work.</param>
    public async Task Work(
        Func<Lane, CancellationToken, Task<StoredEvent?>> serve, CancellationToken cancellation)
    {
        await foreach (var line in _turns.Reader.ReadAllAsync(cancellation))
        {
            if (Take(line) is var (lane, served))
            {
                served.SetResult(await serve(lane, cancellation));
            }

            TakeBack(line);
        }
    }

    private (Lane Lane, TaskCompletionSource<StoredEvent?> Served)? Take(Line line)
    {
        lock (_gate)
        {
            return line.Lanes.TryDequeue(out var lane) && _waiting.Remove(lane, out var served) ? (lane, served) : null;
        }
    }

    private void TakeBack(Line line)
    {
        lock (_gate)
        {
            line.Turns--;
            if (line.Lanes.Count > 0)
            {
                GiveTurn(line);
            }
            else if (line.Turns == 0)
            {
                _lines.Remove(line.Host);
            }
        }
    }

    private void GiveTurn(Line line)
    {
        if (line.Turns < settings.ParallelismPerHost)
        {
            line.Turns++;
            _turns.Writer.TryWrite(line);
        }
    }

    private sealed class Line(string host)
    {
        public string Host => host;

        public Queue<Lane> Lanes { get; } = [];

        public int Turns { get; set; }
    }
}
