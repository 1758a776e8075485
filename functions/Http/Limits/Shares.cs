using Sessions.Http.Accounts;

namespace Sessions.Http.Limits;

/// <summary>
/// Shares out what this instance can work on at once. An account that is alone has all of it. While others want it,
/// too, each has an equal share at once, whatever the others do; what one does not use the others have; and what comes
/// beyond waits, the account with the fewest under way first, and in an account its callers in turn.
/// </summary>
public sealed class Shares
{
    private static readonly TimeSpan _stillThere = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Party> _parties = new(StringComparer.Ordinal);
    private readonly HashSet<Party> _queued = [];
    private readonly LimitSettings _settings;
    private readonly TimeProvider _time;
    private readonly ShareSize _size;
    private long _counted;
    private int _active;
    private int _total;
    private int _waiting;

    /// <summary>All of it is free.</summary>
    public Shares(LimitSettings settings, TimeProvider time)
    {
        (_settings, _time, _counted) = (settings, time, time.GetTimestamp());
        _size = new(Math.Min(4 * Environment.ProcessorCount, settings.Requests), settings.Requests, time);
    }

    /// <summary>Waits for the caller's turn; to be disposed when its work is done.</summary>
    /// <exception cref="RefusedException">Too many wait, or it took too long.</exception>
    public async ValueTask<Share> Enter(Caller caller, CancellationToken cancellation)
    {
        Waiter waiter;
        lock (_gate)
        {
            var party = PartyOf(caller.Account.Id);
            if (!party.HasWaiters && MayEnter(party))
            {
                return Admit(party);
            }

            if (_waiting >= _settings.Waiting || party.Waiting >= _settings.Waiting / 2)
            {
                throw Refused();
            }

            waiter = new(party);
            party.Add(caller.Id, waiter);
            _queued.Add(party);
            _waiting++;
        }

        return await WaitFor(waiter, cancellation);
    }

    private async ValueTask<Share> WaitFor(Waiter waiter, CancellationToken cancellation)
    {
        try
        {
            return await waiter.Turn.Task.WaitAsync(_settings.Patience, _time, cancellation);
        }
        catch (Exception over) when (over is TimeoutException or OperationCanceledException)
        {
            lock (_gate)
            {
                if (waiter.Take())
                {
                    _waiting--;
                    waiter.Party.Waiting--;
                }
            }

            // Its turn may have come at the same moment.
            if (waiter.Turn.Task.IsCompletedSuccessfully)
            {
                (await waiter.Turn.Task).Dispose();
            }

            throw over is TimeoutException ? Refused() : over;
        }
    }

    private RefusedException Refused() => new LimitRefusal(
        "requests", _settings.Requests, _retryAfter, "Too many requests at once. Wait, then try again.").Refused();

    private Party PartyOf(string account)
    {
        if (!_parties.TryGetValue(account, out var party))
        {
            _parties[account] = party = new(account);
            _active++;
        }

        party.Seen = _time.GetTimestamp();
        CountActive();
        return party;
    }

    // Looked at now and then: whoever was there a moment ago will be again in a moment.
    private void CountActive()
    {
        if (_time.GetElapsedTime(_counted) < _stillThere / 4)
        {
            return;
        }

        _counted = _time.GetTimestamp();
        foreach (var gone in _parties.Values.Where(party => !party.IsBusy && HasGone(party)).ToList())
        {
            _parties.Remove(gone.Account);
        }

        _active = _parties.Count;
    }

    private bool HasGone(Party party) => _time.GetElapsedTime(party.Seen) >= _stillThere;

    private bool MayEnter(Party party) => _active < 2
        ? _total < _settings.Requests
        : party.UnderWay < Math.Max(1, _size.Value / _active) || _total < _size.Value;

    private Share Admit(Party party)
    {
        party.UnderWay++;
        _total++;
        return new(this, party, _time.GetTimestamp());
    }

    private void Leave(Party party, long start)
    {
        lock (_gate)
        {
            _size.Took(_time.GetElapsedTime(start));
            party.UnderWay--;
            _total--;
            party.Seen = _time.GetTimestamp();
            CountActive();
            while (_queued.Count > 0 && _queued.MinBy(queued => queued.UnderWay) is { } next && MayEnter(next))
            {
                AdmitNextOf(next);
            }
        }
    }

    private void AdmitNextOf(Party party)
    {
        if (party.Next() is { } waiter)
        {
            _waiting--;
            party.Waiting--;
            waiter.Turn.SetResult(Admit(party));
        }

        if (!party.HasWaiters)
        {
            _queued.Remove(party);
        }
    }

    /// <summary>A request that is worked on.</summary>
    public readonly record struct Share : IDisposable
    {
        private readonly Shares _shares;
        private readonly Party _party;
        private readonly long _start;

        internal Share(Shares shares, Party party, long start) => (_shares, _party, _start) = (shares, party, start);

        /// <summary>The work is done.</summary>
        public void Dispose() => _shares.Leave(_party, _start);
    }

    /// <summary>One account's requests: those under way, and those that wait, by caller.</summary>
    internal sealed class Party(string account)
    {
        private readonly Dictionary<string, Queue<Waiter>> _lines = new(StringComparer.Ordinal);
        private readonly Queue<string> _turns = [];

        public string Account => account;

        public long Seen { get; set; }

        public int UnderWay { get; set; }

        public int Waiting { get; set; }

        public bool HasWaiters => _turns.Count > 0;

        public bool IsBusy => UnderWay > 0 || HasWaiters;

        public void Add(string caller, Waiter waiter)
        {
            if (!_lines.TryGetValue(caller, out var line))
            {
                _lines[caller] = line = [];
                _turns.Enqueue(caller);
            }

            line.Enqueue(waiter);
            Waiting++;
        }

        /// <summary>The next who still waits; null when those whose turn it was have given up.</summary>
        public Waiter? Next()
        {
            var caller = _turns.Dequeue();
            var line = _lines[caller];
            var waiter = line.Dequeue();
            if (line.Count > 0)
            {
                _turns.Enqueue(caller);
            }
            else
            {
                _lines.Remove(caller);
            }

            return waiter.Take() ? waiter : null;
        }
    }

    /// <summary>A request that waits.</summary>
    internal sealed class Waiter(Party party)
    {
        private bool _isOver;

        public Party Party => party;

        public TaskCompletionSource<Share> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends the wait, for a turn or without one; whether it still waited.</summary>
        public bool Take() => !_isOver && (_isOver = true);
    }
}

/// <summary>
/// How many requests are worked on at once while several accounts want to be served: as many as still take about as
/// long as they do with few others. Where the time goes into waiting for a slow store that is many, and where it goes
/// into this machine's own processors and disk it is few. One caller at a time.
/// </summary>
/// <remarks>The gradient of Netflix's concurrency-limits: https://github.com/Netflix/concurrency-limits</remarks>
public sealed class ShareSize(int least, int most, TimeProvider time)
{
    private readonly int _least = least;

    // How much longer than at best requests may take on average.
    private const double Tolerance = 2;
    private const double Saturated = 0.7;
    private const int Remembered = 30;
    private static readonly TimeSpan _window = TimeSpan.FromSeconds(1);

    private readonly Queue<double> _averages = new(Remembered);
    private long _start = time.GetTimestamp();
    private TimeSpan _processors = Environment.CpuUsage.TotalTime;
    private double _seconds;
    private int _count;

    /// <summary>How many.</summary>
    public int Value { get; private set; } = least;

    /// <summary>Takes note of how long a request took.</summary>
    public void Took(TimeSpan span)
    {
        _seconds += span.TotalSeconds;
        _count++;
        if (time.GetElapsedTime(_start) is var elapsed && elapsed >= _window)
        {
            Adjust(Math.Max(_seconds / _count, 1e-6), Busy(elapsed));
            (_start, _seconds, _count) = (time.GetTimestamp(), 0, 0);
        }
    }

    // How much of this machine's processors the process has used meanwhile.
    private double Busy(TimeSpan elapsed)
    {
        var before = _processors;
        _processors = Environment.CpuUsage.TotalTime;
        return (_processors - before) / (elapsed * Environment.ProcessorCount);
    }

    private void Adjust(double average, double busy)
    {
        if (_averages.Count == Remembered)
        {
            _averages.Dequeue();
        }

        _averages.Enqueue(average);

        // More at once would only wait for each other where the processors have enough to do.
        var gradient = Math.Clamp(Tolerance * _averages.Min() / average, 0.5, busy < Saturated ? 2 : 0.5);
        Value = Math.Clamp((int)(Value * gradient), _least, most);
    }
}
