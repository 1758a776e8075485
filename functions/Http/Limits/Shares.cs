using Sessions.Http.Accounts;
using Sessions.Lifecycle;

namespace Sessions.Http.Limits;

/// <summary>
/// Shares out what this instance can work on at once. An account that is alone has all of it. While others want it,
/// too, each has an equal part at once, whatever the others do. Whoever wants more than that has what is left over, as
/// long as nobody's work waits for a thread because of it; the rest of it waits, the account with the fewest under way
/// first, and in an account its callers in turn.
/// </summary>
public sealed class Shares : IDisposable
{
    private static readonly TimeSpan _stillThere = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(10);

    // Timers know nothing shorter.
    private static readonly TimeSpan _shortestTimer = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Party> _parties = new(StringComparer.Ordinal);
    private readonly HashSet<Party> _queued = [];
    private readonly LimitSettings _settings;
    private readonly TimeProvider _time;
    private readonly TimeProvider _real;
    private readonly ShareSize _size;
    private readonly int _parts;
    private readonly ITimer _pauseEnd;
    private long _counted;
    private long _looked;
    private long _pausesSince;
    private TimeSpan _pause;
    private int _active;
    private int _total;
    private int _waiting;

    /// <summary>All of it is free.</summary>
    public Shares(LimitSettings settings, TimeProvider time, RealTime real)
    {
        (_settings, _time, _real, _counted) = (settings, time, real.Clock, time.GetTimestamp());
        _parts = Math.Min(4 * Environment.ProcessorCount, settings.Requests);
        _size = new(_parts, settings.Requests);
        _pauseEnd = _real.CreateTimer(
            static shares => ((Shares)shares!).EndPause(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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

    /// <inheritdoc/>
    public void Dispose() => _pauseEnd.Dispose();

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
            || (!IsPause && (party.UnderWay < Math.Max(1, _size.Value / _active) || _total < _size.Value));
    }

    private bool IsPause => _pause > TimeSpan.Zero && _real.GetElapsedTime(_pausesSince) < _pause;

    private Share Admit(Party party)
    {
        party.UnderWay++;
        _total++;
        return new(this, party);
    }

    private void End(Party party, long began)
    {
        if (Volatile.Read(ref _active) < 2)
        {
            Leave(party, took: null);
        }
        else
        {
            _ = LeaveBehindOthers(party, _real.GetElapsedTime(began));
        }
    }

    // Work that waits for nothing is over before another can see it under way: hundreds of such requests of one account
    // would all stand in the line for threads, which knows no shares. So each keeps its place until who stands in that
    // line has had a thread.
    private async Task LeaveBehindOthers(Party party, TimeSpan took)
    {
        await Task.Yield();
        Leave(party, took);
    }

    private void Pause(Party party, TimeSpan took)
    {
        if (party.HasWaiters && _size.PauseAfter(took) is var pause && pause > TimeSpan.Zero)
        {
            (_pausesSince, _pause) = (_real.GetTimestamp(), pause);
            _pauseEnd.Change(pause > _shortestTimer ? pause : _shortestTimer, Timeout.InfiniteTimeSpan);
        }
    }

    private void EndPause()
    {
        lock (_gate)
        {
            _pause = TimeSpan.Zero;
            AdmitWaiting();
        }
    }

    private void Leave(Party party, TimeSpan? took)
    {
        lock (_gate)
        {
            if (took is { } worked)
            {
                Pause(party, worked);
            }

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
        private readonly long _began;

        internal Share(Shares shares, Party party) =>
            (_shares, _party, _began) = (shares, party, shares._real.GetTimestamp());

        /// <summary>The work is done.</summary>
        public void Dispose() => _shares.End(_party, _began);
    }
}
