namespace Sessions.Outbox;

/// <summary>
/// How targets are doing, as this process has seen: one that keeps failing is rested, then probed by a single event,
/// and one that has said that it is gone is sent nothing of what waits for it. Each account has its own view of a host:
/// what fails for one may be well for another.
/// </summary>
internal sealed class Targets(OutboxSettings settings, TimeProvider time)
{
    private const int MostRemembered = 10_000;
    private const int LongestRests = 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Account, string Host), State> _states = [];
    private readonly Dictionary<(string Account, string Host), DateTimeOffset> _taken = [];
    private readonly Dictionary<(string Account, Uri Target), DateTimeOffset> _gone = [];

    /// <summary>Until when the lane's target rests; null when an event may be sent. Once a rest is over the first who
    /// asks is the probe, and the others wait for what comes of it.</summary>
    public DateTimeOffset? RestsUntil(Lane lane)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (!_states.TryGetValue((lane.Account, lane.Host), out var state) || state.Until is not { } until)
            {
                return null;
            }

            if (now < until)
            {
                return until;
            }

            // Should nothing come of the probe, there is another one.
            (state.IsProbed, state.Until) = (true, now + settings.Lease);
            return null;
        }
    }

    /// <summary>Takes note of an answer that counts as one.</summary>
    public void Works(Lane lane)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            _states.Remove((lane.Account, lane.Host));
            if (lane.IsInside)
            {
                return;
            }

            if (_taken.Count >= MostRemembered)
            {
                _taken.Clear();
            }

            _taken[(lane.Account, lane.Host)] = now;
        }
    }

    /// <summary>Lets a target be tried at once, because somebody says that it is up again.</summary>
    public void Wake(Lane lane)
    {
        lock (_gate)
        {
            _states.Remove((lane.Account, lane.Host));
        }
    }

    /// <summary>How an account's targets are doing.</summary>
    public IReadOnlyList<TargetHealth> Of(string account)
    {
        lock (_gate)
        {
            var failing = _states.Where(one => !one.Value.IsInside).Select(one => one.Key);
            var hosts = failing.Concat(_taken.Keys).Where(key => key.Account == account).Distinct();
            return
            [
                .. from key in hosts
                   let state = _states.GetValueOrDefault(key)
                   select new TargetHealth(
                       key.Host,
                       _taken.TryGetValue(key, out var taken) ? taken : null,
                       state?.Since,
                       state?.Until),
            ];
        }
    }

    /// <summary>Takes note of a failure.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="retryAfter">How long the target asks to be left alone; null when it does not say.</param>
    public void Fails(Lane lane, TimeSpan? retryAfter)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (_states.Count >= MostRemembered)
            {
                _states.Clear();
            }

            var key = (lane.Account, lane.Host);
            var state = _states.GetValueOrDefault(key) ?? (_states[key] = new() { IsInside = lane.IsInside });
            state.Failures++;
            state.Since ??= now;

            // What was on its way when the rest began tells nothing new.
            if (state.Failures >= settings.FailuresToRest && (state.IsProbed || state.Until is null))
            {
                state.IsProbed = false;
                state.Until = now + (settings.Rest * Math.Min(1 << Math.Min(state.Rests++, 10), LongestRests));
            }

            if (retryAfter is { } asked && !(state.Until > now + asked))
            {
                state.Until = now + asked;
            }
        }
    }

    /// <summary>Takes note of a target that is gone.</summary>
    public void Retire(OutboxEvent told)
    {
        lock (_gate)
        {
            if (_gone.Count >= MostRemembered)
            {
                _gone.Clear();
            }

            _gone[(told.Account, told.Target)] = time.GetUtcNow();
        }
    }

    /// <summary>
    /// Whether the event's target has said that it is gone since the event happened. What happens afterwards is tried,
    /// once: somebody may have put the target up again.
    /// </summary>
    public bool IsRetired(OutboxEvent told)
    {
        lock (_gate)
        {
            return _gone.TryGetValue((told.Account, told.Target), out var since) && (told.ResentAt ?? told.At) < since;
        }
    }

    private sealed class State
    {
        public bool IsInside { get; init; }

        public int Failures { get; set; }

        public DateTimeOffset? Since { get; set; }

        public int Rests { get; set; }

        public bool IsProbed { get; set; }

        public DateTimeOffset? Until { get; set; }
    }
}

/// <summary>How one of an account's targets is doing, as this process has seen.</summary>
/// <param name="Host">Its host and port.</param>
/// <param name="TakenAt">When it last took an event, or null.</param>
/// <param name="FailingSince">Since when it takes none, or null.</param>
/// <param name="RestsUntil">Until when it is left alone, or null.</param>
internal sealed record TargetHealth(
    string Host, DateTimeOffset? TakenAt, DateTimeOffset? FailingSince, DateTimeOffset? RestsUntil);
