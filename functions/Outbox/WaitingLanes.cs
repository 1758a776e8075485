using System.Threading.Channels;

namespace Sessions.Outbox;

/// <summary>
/// The lanes that wait to be served by this process. Accounts, and in an account hosts, take turns, and each has only
/// so many at a time, so that slow ones, however many they are and however much waits for them, leave room for others.
/// </summary>
public sealed class WaitingLanes(OutboxSettings settings)
{
    private const int Capacity = 10_000;
    private const int CapacityPerAccount = Capacity / 2;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Party> _parties = new(StringComparer.Ordinal);
    private readonly Dictionary<Lane, TaskCompletionSource<StoredEvent?>> _waiting = [];
    private readonly Channel<Line> _turns = Channel.CreateUnbounded<Line>();

    /// <summary>How many lanes wait to be served.</summary>
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

    /// <summary>Whether no lane waits and none is being served.</summary>
    public bool AreAtRest
    {
        get
        {
            lock (_gate)
            {
                return _parties.Count == 0;
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

            var party = _parties.GetValueOrDefault(lane.Account) ?? (_parties[lane.Account] = new(lane.Account));
            var line = party.LineTo(lane.Host);
            if (_waiting.Count >= Capacity || party.Waiting >= CapacityPerAccount
                || line.Lanes.Count >= settings.WaitingPerHost)
            {
                Forget(line);
                return null;
            }

            var served = new TaskCompletionSource<StoredEvent?>(
                TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(lane, served);
            line.Lanes.Enqueue(lane);
            party.Waiting++;
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
        while (true)
        {
            var line = await _turns.Reader.ReadAsync(cancellation);
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
            if (!line.Lanes.TryDequeue(out var lane))
            {
                return null;
            }

            line.Party.Waiting--;
            return _waiting.Remove(lane, out var served) ? (lane, served) : null;
        }
    }

    private void TakeBack(Line line)
    {
        lock (_gate)
        {
            line.Turns--;
            line.Party.Turns--;

            // Who has waited for the account's turns comes before who has just had one.
            if (line.Party.Parked.TryDequeue(out var parked))
            {
                parked.IsParked = false;
                GiveTurnOrForget(parked);
            }

            GiveTurnOrForget(line);
        }
    }

    private void GiveTurnOrForget(Line line)
    {
        if (line.Lanes.Count > 0)
        {
            GiveTurn(line);
        }
        else
        {
            Forget(line);
        }
    }

    private void Forget(Line line)
    {
        if (line is { Turns: 0, Lanes.Count: 0, IsParked: false } && line.Party.Forget(line))
        {
            _parties.Remove(line.Party.Account);
        }
    }

    private void GiveTurn(Line line)
    {
        if (line.Turns >= settings.ParallelismPerHost || line.IsParked)
        {
            return;
        }

        if (line.Party.Turns >= settings.ParallelismPerAccount)
        {
            line.IsParked = true;
            line.Party.Parked.Enqueue(line);
            return;
        }

        line.Turns++;
        line.Party.Turns++;
        _turns.Writer.TryWrite(line);
    }

    /// <summary>What waits of one account.</summary>
    private sealed class Party(string account)
    {
        private readonly Dictionary<string, Line> _lines = new(StringComparer.OrdinalIgnoreCase);

        public string Account => account;

        public int Turns { get; set; }

        public int Waiting { get; set; }

        public Queue<Line> Parked { get; } = [];

        public Line LineTo(string host) =>
            _lines.GetValueOrDefault(host) ?? (_lines[host] = new(this, host));

        /// <summary>Forgets a line; true when it was the last.</summary>
        public bool Forget(Line line)
        {
            _lines.Remove(line.Host);
            return _lines.Count == 0;
        }
    }

    /// <summary>What waits of one account for one host.</summary>
    private sealed class Line(Party party, string host)
    {
        public Party Party => party;

        public string Host => host;

        public Queue<Lane> Lanes { get; } = [];

        public int Turns { get; set; }

        public bool IsParked { get; set; }
    }
}
