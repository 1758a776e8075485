using Sessions.Http.Accounts;
using Sessions.Lifecycle;

namespace Sessions.Http.Limits;

/// <summary>
/// Shares out what this instance can work on at once. An account that is alone has all of it. While others want it,
/// too, each has an equal part at once, whatever the others do. Whoever wants more than that has what is left over, as
/// long as nobody's work waits for a thread because of it; the rest of it waits, the account with the fewest under way
/// first, and in an account its callers in turn.
/// </summary>
public sealed class Shares
{
    private static readonly TimeSpan _stillThere = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Party> _parties = new(StringComparer.Ordinal);
    private readonly HashSet<Party> _queued = [];
    private readonly LimitSettings _settings;
    private readonly TimeProvider _time;
    private readonly TimeProvider _real;
    private readonly ShareSize _size;
    private readonly int _parts;
    private long _counted;
    private long _looked;
    private int _active;
    private int _total;
    private int _waiting;

    /// <summary>All of it is free.</summary>
    public Shares(LimitSettings settings, TimeProvider time, RealTime real)
    {
        (_settings, _time, _real, _counted) = (settings, time, real.Clock, time.GetTimestamp());
        _parts = Math.Min(4 * Environment.ProcessorCount, settings.Requests);
        _size = new(_parts, settings.Requests);
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

    private bool MayEnter(Party party)
    {
        if (_active < 2)
        {
            return _total < _settings.Requests;
        }

        var part = Math.Max(_parts, _size.Value) / _active;
        return party.UnderWay + party.Waiting < part
            || party.UnderWay < Math.Max(1, _size.Value / _active)
            || _total < _size.Value;
    }

    private Share Admit(Party party)
    {
        party.UnderWay++;
        _total++;
        return new(this, party);
    }

    private void Leave(Party party)
    {
        lock (_gate)
        {
            party.UnderWay--;
            _total--;
            party.Seen = _time.GetTimestamp();
            CountActive();
            LookForLag();
            AdmitWaiting();
        }
    }

    private void AdmitWaiting()
    {
        while (_queued.Count > 0 && _queued.Where(MayEnter).MinBy(queued => queued.UnderWay) is { } next)
        {
            AdmitNextOf(next);
        }
    }

    // How long work waits for a thread, whoever's it is: in real time, as processors know no other.
    private void LookForLag()
    {
        if (_active < 2 || _real.GetElapsedTime(_looked) < _betweenLooks)
        {
            return;
        }

        _looked = _real.GetTimestamp();
        _ = WaitForThread(_looked);
    }

    private async Task WaitForThread(long asked)
    {
        await Task.Yield();
        var lag = _real.GetElapsedTime(asked);
        lock (_gate)
        {
            _size.Saw(lag, isWanted: _queued.Count > 0);
            AdmitWaiting();
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

        internal Share(Shares shares, Party party) => (_shares, _party) = (shares, party);

        /// <summary>The work is done.</summary>
        public void Dispose() => _shares.Leave(_party);
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
