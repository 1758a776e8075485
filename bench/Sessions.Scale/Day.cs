namespace Sessions.Scale;

/// <summary>One day of a scenario, minute by minute.</summary>
internal sealed class Day
{
    private const double Minute = 60;
    private const double Seconds = 86_400;
    private const double DaysOfMonth = Azure.Hours / 24;

    // Of an instance.
    private const double Gigabytes = 2;

    // What SESSIONS_MAXIMUM_INSTANCES is unless somebody sets it.
    private const double UsualInstances = 100;

    // The tenants that are placed one by one; what the others do is spread over all partitions.
    private const int Placed = 1000;

    private readonly Scenario _scenario;
    private readonly Costs _costs;
    private readonly Zipf _tenants;
    private readonly Container _container;
    private readonly PartitionLoad[] _partitions;
    private readonly double[] _shares;
    private readonly double[] _fullestOfHour;
    private readonly FleetSettings _instances;
    private readonly Fleet _fleet;
    private double _dollars;
    private double _calls;
    private double _peakCalls;
    private double _due;
    private double _sweptAfter;

    private Day(Scenario scenario, Costs costs)
    {
        (_scenario, _costs) = (scenario, costs);
        _tenants = new(scenario.Tenants);
        _container = new(
            scenario,
            scenario.PerDay / Seconds * Arrivals.Peak * Units,
            scenario.PerDay * Mean(life => life.Gigabytes));
        _partitions =
        [
            .. Enumerable.Range(0, _container.Partitions)
                .Select(_ => new PartitionLoad(_container.PerPartition, Scenario.Patience)),
        ];
        _shares = Place();
        _fullestOfHour = new double[_partitions.Length];
        _instances = new() { Ready = _container.Ready, Microseconds = Microseconds };
        _fleet = new(_instances);
    }

    private double Units => Mean(life => life.Units);

    private double Calls => Mean(life => life.Calls);

    private double Microseconds => Mean(life => life.Microseconds(_costs.Processor)) / Calls;

    /// <summary>Lives through it.</summary>
    public static DayResult Run(Scenario scenario, Costs costs) => new Day(scenario, costs).Live();

    private DayResult Live()
    {
        var arrivals = new Arrivals(_scenario.PerDay, _scenario.Seed);
        for (var now = 0.0; now < Seconds; now += Minute)
        {
            if (now == Scenario.DueAt)
            {
                // Of whatever surface they are, it is the same to the timer.
                _due = Scenario.Due * _scenario.PerDay * _costs.Lives.Max(life => life.TimerUnits);
            }

            Step(now, arrivals.Draw(now, Minute));
            if ((now + Minute) % 3600 == 0)
            {
                _dollars += _fullestOfHour.Sum(_container.Hour);
                Array.Clear(_fullestOfHour);
            }
        }

        return Result();
    }

    private void Step(double now, double sessions)
    {
        var units = sessions * Units;
        var swept = Sweep(now, units);
        for (var index = 0; index < _partitions.Length; index++)
        {
            var used = _partitions[index].Step((units * _shares[index]) + (swept / _partitions.Length), Minute);
            _fullestOfHour[index] = Math.Max(_fullestOfHour[index], used * _container.PerPartition);
        }

        var calls = sessions * Calls / Minute;
        _calls += calls * Minute;
        _peakCalls = Math.Max(_peakCalls, calls);
        _fleet.Step(now, Minute, calls, Milliseconds);
    }

    // What is due at once is settled in what the users leave, and has a little in any case.
    private double Sweep(double now, double users)
    {
        var all = _container.PerPartition * _partitions.Length * Minute * Scenario.SweepShare;
        var done = Math.Min(_due, Math.Max(all * Scenario.SweepLeast, all - users));
        _due -= done;
        _sweptAfter = done > 0 ? now + Minute - Scenario.DueAt : _sweptAfter;
        return done;
    }

    // Which logical partition lies where is chance. Those of small tenants are many enough to be spread evenly.
    private double[] Place()
    {
        var random = new Random(_scenario.Seed);
        var shares = new double[_partitions.Length];
        var placed = 0.0;
        for (var rank = 1; rank <= Math.Min(Placed, _tenants.Count); rank++)
        {
            foreach (var life in _costs.Lives)
            {
                var share = _tenants.Share(rank) * life.ScopeUnits / _costs.Lives.Count / Units;
                shares[random.Next(shares.Length)] += share;
                placed += share;
            }
        }

        for (var index = 0; index < shares.Length; index++)
        {
            shares[index] += (1 - placed) / shares.Length;
        }

        return shares;
    }

    private DayResult Result()
    {
        var fullest = _partitions.MaxBy(partition => partition.Fullest)!;
        var median = _partitions.Select(partition => partition.Fullest).Order().ElementAt(_partitions.Length / 2);
        var served = _partitions.Sum(partition => partition.Served);
        var functions = (_fleet.Seconds.Ready * Gigabytes * Azure.ReadyAtWork)
            + (_fleet.Seconds.Came * Gigabytes * Azure.OnDemand)
            + (_calls / 1e6 * Azure.MillionCalls);
        return new()
        {
            Scenario = _scenario,
            Container = _container,
            PeakCalls = _peakCalls,
            MeanUnits = _partitions.Sum(partition => partition.Arrived) / Seconds,
            Arrived = _partitions.Sum(partition => partition.Arrived),
            Served = served,
            Refused = _partitions.Sum(partition => partition.Refused),
            Waiting = _partitions.Sum(partition => partition.Waiting),
            Fullest = fullest.Fullest,
            LongMilliseconds = Long(fullest.Fullest),
            UsualMilliseconds = Long(median),
            Instances = _fleet.Most,
            Starts = _fleet.Starts,
            Waited = _fleet.Waited / _calls,
            SweptAfter = _due > 0 ? double.PositiveInfinity : _sweptAfter,
            Dollars = _container.Standing + (DaysOfMonth * (_dollars + _container.Used(served) + functions)),
            Limits = [.. Limits()],
        };
    }

    // One that is used up makes callers wait for all of their time.
    private double Long(double load) => load >= 1 ? Scenario.Patience * 1000
        : Milliseconds + (Waits.LongWait(load) * Units / Calls / _container.PerPartition * 1000);

    // The store, and an instance that is as busy as it is to be.
    private double Milliseconds => Azure.StoreMilliseconds + (Microseconds / 1000 / (1 - _instances.Share));

    private IEnumerable<Limit> Limits()
    {
        var first = _tenants.Share(1) * _scenario.PerDay / _costs.Lives.Count;
        foreach (var life in _costs.Lives.Where(life => life.Scope is not null))
        {
            yield return new(
                $"20 GB of the largest tenant's {life.Scope}", first * life.ScopeGigabytes / Azure.LogicalGigabytes);
            yield return new(
                $"10,000 units a second of the largest tenant's {life.Scope}",
                first / Seconds * Arrivals.Peak * life.ScopeUnits / Azure.PartitionUnits);
        }

        yield return new("the units of the fullest physical partition", _partitions.Max(one => one.Fullest));
        yield return new("the 100 instances that there may be at first", _fleet.Most / UsualInstances);
        yield return new("the 1,000 instances of an app", _fleet.Most / (double)Azure.Instances);
        if (_scenario.IsSmall)
        {
            yield return new(
                "5,000 units a second of a container that has but begun to fill",
                _scenario.PerDay / Seconds * Arrivals.Peak * Units / Azure.ServerlessUnits);
        }
        else
        {
            yield return new("1,000,000 units a second of a container", _container.Ceiling / Azure.ContainerUnits);
        }
    }

    private double Mean(Func<Life, double> of) => _costs.Lives.Average(of);
}

/// <summary>A limit, and what part of it is used; over 1 it is met.</summary>
internal sealed record Limit(string Name, double Used);

/// <summary>What came of a day.</summary>
internal sealed record DayResult
{
    /// <summary>Of which scenario.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>The container that it has.</summary>
    public required Container Container { get; init; }

    /// <summary>Calls a second in the fullest minute.</summary>
    public required double PeakCalls { get; init; }

    /// <summary>Units a second over the day.</summary>
    public required double MeanUnits { get; init; }

    /// <summary>Units that came.</summary>
    public required double Arrived { get; init; }

    /// <summary>Units that were done.</summary>
    public required double Served { get; init; }

    /// <summary>Units that were refused with 429.</summary>
    public required double Refused { get; init; }

    /// <summary>Units that wait at midnight.</summary>
    public required double Waiting { get; init; }

    /// <summary>What part of the fullest partition its fullest minute wanted.</summary>
    public required double Fullest { get; init; }

    /// <summary>The 99th percentile of a call in the fullest partition's fullest minute.</summary>
    public required double LongMilliseconds { get; init; }

    /// <summary>The same in a partition in the middle.</summary>
    public required double UsualMilliseconds { get; init; }

    /// <summary>The most instances that were wanted.</summary>
    public required int Instances { get; init; }

    /// <summary>How many came.</summary>
    public required int Starts { get; init; }

    /// <summary>What part of all calls waited for one.</summary>
    public required double Waited { get; init; }

    /// <summary>Seconds until what was due at once was settled.</summary>
    public required double SweptAfter { get; init; }

    /// <summary>What a month of such days costs.</summary>
    public required double Dollars { get; init; }

    /// <summary>All limits.</summary>
    public required IReadOnlyList<Limit> Limits { get; init; }

    /// <summary>The one that is met first, or the nearest.</summary>
    public Limit First => Limits.MaxBy(limit => limit.Used)!;
}
